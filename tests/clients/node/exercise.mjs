// Calls every tool of an integration through a connected client and judges each answer.
//
// Both generations of the TypeScript SDK use this module; `sdk1.mjs` and `client2.mjs` only connect. What is
// called stands in `../calls.json`; `../README.md` explains that file and what an answer must look like.

import { readFile } from "node:fs/promises";
import { isDeepStrictEqual, parseArgs } from "node:util";

const INVALID_PARAMS = -32602;

/** One integration and where its server is: a URL, or the command of a stdio server. */
export function parseTarget(text) {
  const [integration, place] = [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)];
  if (place.startsWith("http")) return { integration, url: new URL(place) };
  const [command, ...args] = place.split(" ");
  return { integration, stdio: { command, args, env: process.env } };
}

/** Replaces each string `$tool.path.to.0.field` by that part of the tool's latest answer. */
function resolve(value, answers) {
  if (Array.isArray(value)) return value.map((item) => resolve(item, answers));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, answers)]));
  }
  if (typeof value !== "string" || !value.startsWith("$")) return value;
  let found = answers;
  for (const key of value.slice(1).split(".")) {
    found = Array.isArray(found) ? found.at(Number(key)) : found?.[key];
    if (found === undefined) throw new Error(`${value}: there is no '${key}' to take`);
  }
  return found;
}

/** The structured content of an answer that must be a success. */
function judge(result) {
  const texts = result.content.filter((block) => block.type === "text").map((block) => block.text);
  if (result.isError) throw new Error(`isError: ${texts.join(" ").slice(0, 300)}`);
  const structured = result.structuredContent;
  if (structured === null || typeof structured !== "object" || Array.isArray(structured)) {
    throw new Error(`structuredContent is not an object: ${JSON.stringify(structured)}`);
  }
  if (texts.length !== 1 || !isDeepStrictEqual(JSON.parse(texts[0]), structured)) {
    throw new Error("the text block is not the JSON of structuredContent");
  }
  return structured;
}

/** A wrong identifier is an error the model can read: a result, not a protocol error. */
async function checkRefusal(client, { tool, arguments: args }, answers) {
  const result = await client.callTool({ name: tool, arguments: resolve(args, answers) });
  if (!result.isError) throw new Error("a wrong identifier was not answered with isError");
}

async function checkUnknownTool(client) {
  const error = await client.callTool({ name: "no_such_tool", arguments: {} }).then(() => undefined, (error) => error);
  if (error === undefined) throw new Error("an unknown tool did not give a protocol error");
  if (error.code !== INVALID_PARAMS) {
    throw new Error(`an unknown tool gave the error ${error.message} (${error.code}), not ${INVALID_PARAMS}`);
  }
}

/** Runs one check and notes what it throws, so that one failure does not hide the next. */
async function attempt(problems, what, check) {
  try {
    await check();
  } catch (error) {
    problems.push(`${what}: ${error.message}`);
  }
}

async function toolNames(client) {
  const names = [];
  let cursor;
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor });
    names.push(...page.tools.map((tool) => tool.name));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return names;
}

/** Everything that is wrong with this integration, one line each. */
async function exercise(client, recipe) {
  const problems = [];
  const listed = new Set(await toolNames(client));
  const called = new Set(recipe.calls.map((call) => call.tool));
  for (const name of listed.difference(called)) problems.push(`${name} is listed, but calls.json does not call it`);
  for (const name of called.difference(listed)) problems.push(`${name} is called, but not listed`);

  const answers = {};
  for (const { tool, arguments: args = {} } of recipe.calls) {
    await attempt(problems, tool, async () => {
      answers[tool] = judge(await client.callTool({ name: tool, arguments: resolve(args, answers) }));
    });
  }
  await attempt(problems, `${recipe.refused.tool} with a wrong identifier`, () =>
    checkRefusal(client, recipe.refused, answers),
  );
  await attempt(problems, "no_such_tool", () => checkUnknownTool(client));
  return problems;
}

/** Exercises each target with a connection of its own; the process exits with 1 when anything was wrong. */
export async function run(connect) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { calls: { type: "string" }, mode: { type: "string" }, protocol: { type: "string" } },
  });
  const recipes = JSON.parse(await readFile(values.calls, "utf8"));
  for (const target of positionals.map(parseTarget)) {
    const started = performance.now();
    const { client, protocol } = await connect(target, values.mode);
    const recipe = recipes[target.integration];
    const problems = await exercise(client, recipe);
    if (protocol !== values.protocol) problems.push(`negotiated ${protocol}, not ${values.protocol}`);
    await client.close();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`  ${target.integration}: ${recipe.calls.length} calls, ${problems.length} problems, ${seconds} s`);
    for (const problem of problems) console.log(`    ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  }
}
