// What `tests/run` tells: where the server and Chromium are, and where screenshots go.

import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    calls: { type: "string" },
    chromium: { type: "string" },
    report: { type: "string" },
    server: { type: "string" },
  },
});

/** The file of call recipes of `../clients`. */
export const recipes = values.calls;

/** The program of the browser. */
export const executable = values.chromium;

/** The folder for screenshots. */
export const report = values.report;

/** The server's origin, such as `http://127.0.0.1:40123`. */
export const server = new URL(values.server).origin;
