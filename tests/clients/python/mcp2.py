"""Exercises MCP servers with the Python SDK 2.x, in the modes auto, legacy or a pinned revision."""

import asyncio
import os
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator

from exercise import ProtocolError, Session, Target, run
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client


def place(target: Target) -> Any:
    if target.url is not None:
        return streamable_http_client(target.url, http_client=create_mcp_http_client(target.headers))
    command, *arguments = target.command
    return StdioServerParameters(command=command, args=arguments, env=dict(os.environ))


@asynccontextmanager
async def connect(target: Target, mode: str | None) -> AsyncIterator[Session]:
    async with Client(place(target), mode=mode or "auto", read_timeout_seconds=30) as client:

        async def tool_names() -> list[str]:
            names: list[str] = []
            cursor = None
            while True:
                page = await client.list_tools(cursor=cursor)
                names += [tool.name for tool in page.tools]
                cursor = page.next_cursor
                if cursor is None:
                    return names

        async def call(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
            try:
                result = await client.call_tool(name, arguments)
            except MCPError as error:
                raise ProtocolError(error.code, error.message) from None
            return result.model_dump(mode="json", by_alias=True)

        yield Session(client.protocol_version, tool_names, call)


if __name__ == "__main__":
    asyncio.run(run(connect))
