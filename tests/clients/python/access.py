"""Connects to MCP servers with a second factor and without, until they are deleted.

The operator's token stands in TOOLWRIGHT_ADMIN_TOKEN. `mcp1.py` or `mcp2.py` connects; what a client must
not reach is asked for with plain HTTP too, because the SDKs tell little about the answer.
"""

import argparse
import asyncio
import importlib
import json
import os
import sys
import urllib.error
import urllib.request
from dataclasses import replace
from email.message import Message
from typing import Any

from exercise import Target, Unusable, judge, parse_target, resolve

UNAUTHORIZED = 401
NOT_FOUND = 404


def request(method: str, url: str, headers: dict[str, str], body: Any) -> tuple[int, Message, Any]:
    """Status, headers and JSON body of an answer."""
    data = None if body is None else json.dumps(body).encode()
    headers = headers | {"Content-Type": "application/json"}
    asked = urllib.request.Request(url, method=method, headers=headers, data=data)
    try:
        answer = urllib.request.urlopen(asked, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        text = answer.read()
        return answer.status, answer.headers, json.loads(text) if text else None


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class Operator:
    """Whoever makes and revokes addresses."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.headers = bearer(os.environ["TOOLWRIGHT_ADMIN_TOKEN"])

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        status, _, answer = request(method, self.origin + path, self.headers, body)
        if status >= 300:
            raise Unusable(f"{method} {path}: {status} {answer}")
        return answer

    def account(self, integration: str) -> str:
        accounts = self.ask("GET", "/integrated-account")["result"]
        return next(account["id"] for account in accounts if account["integration"] == integration)


class Agent:
    """A client of one SDK with the first call of an integration."""

    def __init__(self, connect: Any, mode: str | None, call: dict[str, Any]) -> None:
        self.connect, self.mode, self.tool = connect, mode, call["tool"]
        self.arguments = resolve(call.get("arguments", {}), {})

    async def must_work(self, target: Target) -> None:
        async with self.connect(target, self.mode) as session:
            if self.tool not in await session.tool_names():
                raise Unusable(f"{self.tool} is not listed")
            judge(await session.call(self.tool, self.arguments))

    async def must_fail(self, target: Target, expected: int) -> None:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        status, headers, _ = request("POST", target.url or "", target.headers, message)
        if status != expected:
            raise Unusable(f"the status is {status}, not {expected}")
        if status == UNAUTHORIZED and not headers.get("WWW-Authenticate", "").startswith("Bearer"):
            raise Unusable(f"a 401 without WWW-Authenticate:\n{headers}")
        try:
            async with asyncio.timeout(20), self.connect(target, self.mode) as session:
                await session.tool_names()
        except TimeoutError:
            raise Unusable("the client waits for an answer that it has been given") from None
        except Exception as error:
            print(f"    {expected}: {kind(error)}")
            return
        raise Unusable("the client is let in")


def kind(error: BaseException) -> str:
    """The error that the SDK raised within its task groups. Its text may hold the address."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return type(error).__name__


async def check(agent: Agent, operator: Operator, target: Target) -> None:
    path = f"/integrated-account/{operator.account(target.integration)}/mcp"
    plain = operator.ask("POST", path, {"name": "plain"})
    config = {"require_api_token_auth": True}
    locked = operator.ask("POST", path, {"name": "locked", "config": config})
    token = operator.ask("POST", "/api-token", {"name": "agent"})

    without = replace(target, url=plain["url"])
    await agent.must_work(without)
    closed = replace(target, url=locked["url"])
    opened = replace(closed, headers=bearer(token["token"]))
    await agent.must_work(opened)
    await agent.must_fail(closed, UNAUTHORIZED)
    await agent.must_fail(replace(closed, headers=bearer("twa_wrong")), UNAUTHORIZED)

    operator.ask("DELETE", f"{path}/{plain['id']}")
    await agent.must_fail(without, NOT_FOUND)
    await agent.must_work(opened)
    operator.ask("DELETE", f"/api-token/{token['id']}")
    await agent.must_fail(opened, UNAUTHORIZED)
    operator.ask("DELETE", f"{path}/{locked['id']}")
    await agent.must_fail(opened, NOT_FOUND)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sdk", choices=["mcp1", "mcp2"])
    parser.add_argument("--calls", required=True, help="the file of call recipes")
    parser.add_argument("--mode", help="how the protocol revision is chosen; the SDK's words")
    parser.add_argument("targets", nargs="+", type=parse_target, metavar="INTEGRATION=URL")
    arguments = parser.parse_args()
    with open(arguments.calls, encoding="utf-8") as file:
        recipes = json.load(file)
    connect = importlib.import_module(arguments.sdk).connect
    for target in arguments.targets:
        print(f"  {target.integration}")
        agent = Agent(connect, arguments.mode, recipes[target.integration]["calls"][0])
        origin, _, _ = (target.url or "").partition("/mcp/")
        try:
            asyncio.run(check(agent, Operator(origin), target))
        except Unusable as problem:
            sys.exit(f"{target.integration}: {problem}")


main()
