// A web page of another origin opens a link in a window, and is told which account came of it.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { Application } from "./application.mjs";
import { account, link } from "./operator.mjs";
import { person, reads, sees } from "./person.mjs";
import { server } from "./setting.mjs";

const FORGED = { type: "toolwright:connected", id: "forged", integration: "forged" };

/** What Chromium says of a message to an origin that is not there. */
const UNDELIVERED = /target origin provided .* does not match the recipient window's origin/;

/** What cuts a page off from windows of other origins (HTML, cross-origin opener policies). */
const ISOLATED = { "cross-origin-opener-policy": "same-origin" };

let application;
let stranger;

before(async () => {
  [application, stranger] = await Promise.all([Application.start(), Application.start()]);
});

after(() => {
  application.stop();
  stranger.stop();
});

/** Opens a page that has a link, and presses its button: the window. */
async function open(page, tenant, place = application, more = { origin: application.origin }) {
  await place.show(await link("zoho_bigin", tenant, more));
  await page.goto(place.origin);
  const popup = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Connect Zoho Bigin" }).click();
  return popup;
}

const signIn = (popup) => popup.getByRole("button", { name: "Sign in at Zoho Bigin" }).click();

/** Accepts at the vendor; the window may be gone before the click is over. */
async function accept(popup) {
  const closed = popup.waitForEvent("close");
  await popup.getByRole("button", { name: "Accept" }).click({ noWaitAfter: true });
  return closed;
}

/** What the page says about the promise: nothing as long as it is open. */
const said = (page) => page.locator("output").textContent();

/** Has a window or a frame send the message of a connected account to another one. */
const forge = (sender, receiver) =>
  sender.evaluate(([name, message]) => window[name].postMessage(message, "*"), [receiver, FORGED]);

person("the page is told which account was connected, and the window closes", {}, async (page) => {
  const popup = await open(page, "popup");
  await reads(popup, "Connect Zoho Bigin", "popup");
  await signIn(popup);
  await accept(popup);
  const { id } = await account("popup");
  await sees(page, `zoho_bigin is connected: ${id}`);
});

person("messages of others are not heard", {}, async (page) => {
  const popup = await open(page, "forged");
  await signIn(popup);
  await reads(popup, "Sandbox of Zoho Bigin: who signs in?");
  // The window is at another origin than the server's now.
  await forge(popup, "opener");
  await forge(page, "self");
  // A frame is of the server's origin, and is not the window.
  await page.evaluate((url) => document.body.append(Object.assign(document.createElement("iframe"), { src: url })), `${server}/healthz`);
  const frame = await (await page.waitForSelector("iframe")).contentFrame();
  await frame.waitForURL(`${server}/healthz`);
  await forge(frame, "parent");
  // What was sent before is received before this.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
  assert.equal(await said(page), "");
  await accept(popup);
  const { id } = await account("forged");
  await sees(page, `zoho_bigin is connected: ${id}`);
});

person("a page of an origin that the link was not made for is told nothing", { expected: UNDELIVERED }, async (page) => {
  const popup = await open(page, "stranger", stranger);
  await signIn(popup);
  await reads(popup, "Sandbox of Zoho Bigin: who signs in?");
  assert.equal(await said(page), "");
  await accept(popup);
  await account("stranger");
  await sees(page, "The window was closed.");
});

person("a link that was made for no origin tells nobody", {}, async (page) => {
  const popup = await open(page, "nobody", application, {});
  await signIn(popup);
  await popup.getByRole("button", { name: "Accept" }).click();
  await reads(popup, "Zoho Bigin is connected");
  assert.equal(await said(page), "");
  await popup.close();
  await sees(page, "The window was closed.");
});

person("a window that is closed is noticed", {}, async (page) => {
  const popup = await open(page, "closed");
  await reads(popup, "Connect Zoho Bigin");
  assert.equal(await said(page), "");
  await popup.close();
  await sees(page, "The window was closed.");
});

person("a login that cuts itself off from the page counts as closed, and connects all the same", {}, async (page) => {
  const popup = await open(page, "isolated");
  await signIn(popup);
  await reads(popup, "Sandbox of Zoho Bigin: who signs in?");
  await page.context().route("**/oauth/v2/auth?*", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), ...ISOLATED } });
  });
  await popup.reload();
  await sees(page, "The window was closed.");
  await popup.getByRole("button", { name: "Accept" }).click();
  await reads(popup, "Zoho Bigin is connected");
  await account("isolated");
});

person("a page that cuts itself off learns nothing", {}, async (page) => {
  await application.show(await link("zoho_bigin", "cut-off"), ISOLATED);
  await page.goto(application.origin);
  await page.getByRole("button").click();
  await sees(page, "The window was closed.");
});

person("a window that the browser keeps shut is told of", {}, async (page) => {
  await application.show(await link("zoho_bigin", "blocked", { origin: application.origin }));
  // A click of the page's own is not a person's.
  await page.addInitScript(() => addEventListener("load", () => document.querySelector("button").click()));
  await page.goto(application.origin);
  await sees(page, "The browser did not open a window; call connect() from a click.");
});

person("a link that leads elsewhere is not opened", {}, async (page) => {
  await application.show("https://elsewhere.example/connect/zoho_bigin?link_token=1");
  await page.goto(application.origin);
  await page.getByRole("button").click();
  await sees(page, `The link leads to https://elsewhere.example, and this script is from ${server}.`);
  assert.equal(page.context().pages().length, 1);
});
