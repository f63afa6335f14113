// An agent that is given the tools of an account, over MCP.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { ask } from "./operator.mjs";
import { recipes } from "./setting.mjs";

/** Lists the tools of an account, and calls the first that needs nothing; its answer. */
export async function useTools({ id, integration }) {
  const { url } = await ask("POST", `/integrated-account/${id}/mcp`, { name: "Agent" });
  const client = new Client({ name: "toolwright-browser-tests", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  try {
    const { tools } = await client.listTools();
    const [{ tool }] = JSON.parse(await readFile(recipes, "utf8"))[integration].calls;
    assert.ok(tools.some(({ name }) => name === tool), `${tool} is listed`);
    const answer = await client.callTool({ name: tool, arguments: {} });
    assert.notEqual(answer.isError, true, answer.content[0].text);
    return answer.structuredContent;
  } finally {
    await client.close();
  }
}
