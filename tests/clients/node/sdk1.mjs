// Exercises MCP servers with the TypeScript SDK 1.x, which knows only the `initialize` handshake.

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { run } from "./exercise.mjs";

async function connect(target) {
  const transport = target.url
    ? new StreamableHTTPClientTransport(target.url)
    : new StdioClientTransport(target.stdio);
  // The SDK tells the negotiated revision to the transport and to nobody else.
  let protocol;
  const tellTransport = transport.setProtocolVersion?.bind(transport);
  transport.setProtocolVersion = (version) => {
    protocol = version;
    tellTransport?.(version);
  };
  const client = new Client({ name: "toolwright-tests", version: "1.0.0" });
  await client.connect(transport);
  return { client, protocol };
}

await run(connect);
