"""Exercises MCP servers with the Python SDK 1.x, which knows only the `initialize` handshake."""

import asyncio
import os
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any, AsyncIterator

from exercise import ProtocolError, Session, Target, run
from mcp import ClientSession, McpError, StdioServerParameters, stdio_client
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client


def transport(target: Target) -> Any:
    if target.url is not None:
        return streamable_http_client(target.url, http_client=create_mcp_http_client(target.headers))
    command, *arguments = target.command
    return stdio_client(StdioServerParameters(command=command, args=arguments, env=dict(os.environ)))


@asynccontextmanager
async def connect(target: Target, _mode: str | None) -> AsyncIterator[Session]:
    async with AsyncExitStack() as stack:
        read, write, *_ = await stack.enter_async_context(transport(target))
        client = await stack.enter_async_context(
            ClientSession(read, write, read_timeout_seconds=timedelta(seconds=30))
        )
        handshake = await client.initialize()

        async def tool_names() -> list[str]:
            names: list[str] = []
            cursor = None
            while True:
                page = await client.list_tools(cursor)
                names += [tool.name for tool in page.tools]
                cursor = page.nextCursor
                if cursor is None:
                    return names

        async def call(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
            try:
                result = await client.call_tool(name, arguments)
            except McpError as error:
                raise ProtocolError(error.error.code, error.error.message) from None
            return result.model_dump(mode="json", by_alias=True)

        yield Session(str(handshake.protocolVersion), tool_names, call)


if __name__ == "__main__":
    asyncio.run(run(connect))
