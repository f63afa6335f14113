"""Calls every tool of an integration through a connected client and judges each answer.

Both generations of the Python SDK use this module; `mcp1.py` and `mcp2.py` only connect. What is called
stands in `../calls.json`; `../README.md` explains that file and what an answer must look like.
"""

import argparse
import json
import shlex
import sys
import time
from dataclasses import dataclass, field
from typing import Any, Awaitable, Callable

INVALID_PARAMS = -32602


class ProtocolError(Exception):
    """A JSON-RPC error, whichever SDK reported it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code


class Unusable(Exception):
    """An answer, or a recipe, that breaks the contract."""


@dataclass
class Session:
    """The part of a client that the exercise needs, the same for both SDK generations."""

    protocol: str
    tool_names: Callable[[], Awaitable[list[str]]]
    # Gives the result as it was on the wire: isError, content, structuredContent.
    call: Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]


@dataclass
class Target:
    """One integration and where its server is: a URL, or the command of a stdio server."""

    integration: str
    url: str | None
    command: list[str]
    # What each request to the URL has to carry.
    headers: dict[str, str] = field(default_factory=dict)


def parse_target(text: str) -> Target:
    integration, _, place = text.partition("=")
    if place.startswith("http"):
        return Target(integration, place, [])
    return Target(integration, None, shlex.split(place))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", required=True, help="the file of call recipes")
    parser.add_argument("--mode", help="how the protocol revision is chosen; the SDK's words")
    parser.add_argument("--protocol", required=True, help="the revision that must be negotiated")
    parser.add_argument("targets", nargs="+", type=parse_target, metavar="INTEGRATION=URL|COMMAND")
    return parser.parse_args()


def resolve(value: Any, answers: dict[str, Any]) -> Any:
    """Replaces each string `$tool.path.to.0.field` by that part of the tool's latest answer."""
    if isinstance(value, dict):
        return {key: resolve(item, answers) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, answers) for item in value]
    if not (isinstance(value, str) and value.startswith("$")):
        return value
    found: Any = answers
    try:
        for key in value[1:].split("."):
            found = found[int(key)] if isinstance(found, list) else found[key]
    except (KeyError, IndexError, ValueError, TypeError):
        raise Unusable(f"{value}: there is no {key!r} to take") from None
    return found


def judge(result: dict[str, Any]) -> Any:
    """The structured content of an answer that must be a success."""
    texts = [block["text"] for block in result["content"] if block["type"] == "text"]
    if result.get("isError"):
        raise Unusable(f"isError: {' '.join(texts)[:300]}")
    structured = result.get("structuredContent")
    if not isinstance(structured, dict):
        raise Unusable(f"structuredContent is not an object: {structured!r}")
    if len(texts) != 1 or json.loads(texts[0]) != structured:
        raise Unusable("the text block is not the JSON of structuredContent")
    return structured


async def check_refusal(session: Session, recipe: dict[str, Any], answers: dict[str, Any]) -> None:
    """A wrong identifier is an error the model can read: a result, not a protocol error."""
    refused = recipe["refused"]
    result = await session.call(refused["tool"], resolve(refused["arguments"], answers))
    if not result.get("isError"):
        raise Unusable("a wrong identifier was not answered with isError")


async def check_unknown_tool(session: Session) -> None:
    try:
        await session.call("no_such_tool", {})
    except ProtocolError as error:
        if error.code == INVALID_PARAMS:
            return
        raise Unusable(f"an unknown tool gave the error {error}, not {INVALID_PARAMS}") from None
    raise Unusable("an unknown tool did not give a protocol error")


async def exercise(session: Session, recipe: dict[str, Any], protocol: str) -> list[str]:
    """Everything that is wrong with this integration, one line each."""
    problems: list[str] = []
    if session.protocol != protocol:
        problems.append(f"negotiated {session.protocol}, not {protocol}")

    listed = set(await session.tool_names())
    called = {call["tool"] for call in recipe["calls"]}
    problems += [f"{name} is listed, but calls.json does not call it" for name in sorted(listed - called)]
    problems += [f"{name} is called, but not listed" for name in sorted(called - listed)]

    answers: dict[str, Any] = {}
    for call in recipe["calls"]:
        try:
            arguments = resolve(call.get("arguments", {}), answers)
            answers[call["tool"]] = judge(await session.call(call["tool"], arguments))
        except Exception as error:
            problems.append(f"{call['tool']}: {error}")
    for name, check in (
        (f"{recipe['refused']['tool']} with a wrong identifier", check_refusal(session, recipe, answers)),
        ("no_such_tool", check_unknown_tool(session)),
    ):
        try:
            await check
        except Exception as error:
            problems.append(f"{name}: {error}")
    return problems


async def run(connect: Callable[[Target, str | None], Any]) -> None:
    """Exercises each target with a connection of its own and exits with 1 when anything was wrong."""
    arguments = parse_arguments()
    with open(arguments.calls, encoding="utf-8") as file:
        recipes = json.load(file)
    failed = False
    for target in arguments.targets:
        started = time.monotonic()
        recipe = recipes[target.integration]
        async with connect(target, arguments.mode) as session:
            problems = await exercise(session, recipe, arguments.protocol)
        seconds = time.monotonic() - started
        print(f"  {target.integration}: {len(recipe['calls'])} calls, {len(problems)} problems, {seconds:.1f} s")
        for problem in problems:
            print(f"    {problem}")
        failed = failed or bool(problems)
    sys.exit(1 if failed else 0)
