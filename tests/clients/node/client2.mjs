// Exercises MCP servers with the TypeScript client 2.x, in the modes legacy, auto or a pinned revision.

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { run } from "./exercise.mjs";

async function connect(target, mode) {
  const versionNegotiation = { mode: ["legacy", "auto"].includes(mode) ? mode : { pin: mode } };
  const client = new Client({ name: "toolwright-tests", version: "1.0.0" }, { versionNegotiation });
  await client.connect(
    target.url ? new StreamableHTTPClientTransport(target.url) : new StdioClientTransport(target.stdio),
  );
  return { client, protocol: client.getNegotiatedProtocolVersion() };
}

await run(connect);
