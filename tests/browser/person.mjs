// A person in front of a browser of their own, with new cookies, whose pages must stay quiet.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { executable, report, server } from "./setting.mjs";

const STEP_MILLISECONDS = 20_000;
const TEST_MILLISECONDS = 90_000;

const FLAGS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];

let browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: executable,
    args: FLAGS,
    // Windows that nobody asked for are kept shut, as for anybody.
    ignoreDefaultArgs: ["--disable-popup-blocking"],
    // Chromium's own sandbox does not run as root.
    chromiumSandbox: process.getuid() !== 0,
    timeout: STEP_MILLISECONDS,
  });
});

after(() => browser.close());

/**
 * A test of what a person sees. `options` are those of a browser context; what the console says and
 * `expected` matches is no problem.
 */
export function person(name, { expected, ...options }, check) {
  test(name, { timeout: TEST_MILLISECONDS }, async () => {
    const context = await browser.newContext({ viewport: { width: 620, height: 860 }, ...options });
    context.setDefaultTimeout(STEP_MILLISECONDS);
    try {
      const problems = await watch(context);
      await check(await context.newPage());
      assert.deepEqual(problems.filter((problem) => !expected?.test(problem)), []);
    } finally {
      await context.close();
    }
  });
}

/** What goes wrong from now on: what the consoles say, and addresses that get around. */
async function watch(context) {
  const problems = [];
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !isStatus(message)) problems.push(message.text());
  });
  context.on("weberror", (error) => problems.push(String(error.error())));
  context.on("request", (request) => {
    if (isTold(request)) problems.push(`${request.url()} is told of ${request.headers().referer}`);
  });
  await context.addInitScript(() =>
    document.addEventListener("securitypolicyviolation", (violation) =>
      console.error(`${violation.violatedDirective} forbids ${violation.blockedURI}`),
    ),
  );
  return problems;
}

/** Whether the console only repeats that a page was shown with a status such as 404. */
function isStatus(message) {
  return /status of 4\d\d/.test(message.text()) && message.location().url === message.page()?.url();
}

/** Whether somebody else is told the address of a page of the server, in which the link's token may stand. */
function isTold(request) {
  return request.headers().referer?.startsWith(server) && !request.url().startsWith(server);
}

/** Waits until a text stands on the page. */
export async function sees(page, text) {
  await page.getByText(text).first().waitFor();
}

/** Waits until this is the page's heading, and keeps a picture of the page. */
export async function reads(page, heading, picture) {
  await page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
  if (picture) await page.screenshot({ path: join(report, `${picture}.png`), fullPage: true });
}
