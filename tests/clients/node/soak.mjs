// Many clients call one server at the same time for a while. Fails when a call fails or the server's memory grows.

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { parseTarget } from "./exercise.mjs";

const WARM_UP_SECONDS = 10;
const ALLOWED_GROWTH_MIB = 4;

/** Calls the first recipe of the target's integration, which reads and needs nothing, until the deadline. */
async function callUntil(deadline, target, recipe, mode, milliseconds) {
  const client = new Client({ name: "toolwright-soak", version: "1.0.0" }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(target.url));
  const { tool, arguments: args = {} } = recipe.calls[0];
  while (performance.now() < deadline) {
    const started = performance.now();
    const result = await client.callTool({ name: tool, arguments: args });
    if (result.isError) throw new Error(`${tool}: ${result.content[0].text}`);
    milliseconds.push(performance.now() - started);
  }
  await client.close();
}

async function residentMebibytes(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) / 1024;
}

/** Memory once a second, from the end of the warm-up to the deadline. */
async function watchMemory(deadline, pid) {
  const samples = [];
  await sleep(WARM_UP_SECONDS * 1000);
  while (performance.now() < deadline) {
    samples.push(await residentMebibytes(pid));
    await sleep(1000);
  }
  return samples;
}

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const quantile = (sorted, share) => sorted[Math.floor((sorted.length - 1) * share)];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { calls: { type: "string" }, pid: { type: "string" }, seconds: { type: "string" } },
});
const recipes = JSON.parse(await readFile(values.calls, "utf8"));
const started = performance.now();
const deadline = started + (WARM_UP_SECONDS + Number(values.seconds)) * 1000;
const milliseconds = [];
const workers = positionals.map(parseTarget).flatMap((target) =>
  ["legacy", "auto"].map((mode) => callUntil(deadline, target, recipes[target.integration], mode, milliseconds)),
);
const [samples] = await Promise.all([watchMemory(deadline, values.pid), ...workers]);

const third = Math.floor(samples.length / 3);
const [before, after] = [mean(samples.slice(0, third)), mean(samples.slice(-third))];
const seconds = (performance.now() - started) / 1000;
milliseconds.sort((a, b) => a - b);
console.log(`  ${workers.length} clients, ${milliseconds.length} calls, ${(milliseconds.length / seconds).toFixed(0)} a second`);
console.log(`  latency: median ${quantile(milliseconds, 0.5).toFixed(1)} ms, 99th percentile ${quantile(milliseconds, 0.99).toFixed(1)} ms`);
console.log(`  memory: ${before.toFixed(1)} MiB after the warm-up, ${after.toFixed(1)} MiB at the end`);
if (after - before > ALLOWED_GROWTH_MIB) {
  console.error(`  memory grew by more than ${ALLOWED_GROWTH_MIB} MiB`);
  process.exitCode = 1;
}
