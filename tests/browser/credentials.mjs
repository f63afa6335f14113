// What is typed into the server's own pages: a domain, a token, a user name and a password.

import assert from "node:assert/strict";
import { useTools } from "./agent.mjs";
import { account, accounts, link } from "./operator.mjs";
import { person, reads, sees } from "./person.mjs";

const connect = (page) => page.getByRole("button", { name: "Connect", exact: true }).click();

person("a domain typed wrong can be mended", {}, async (page) => {
  await page.goto(await link("egnyte", "domain"));
  await reads(page, "Connect Egnyte", "egnyte");
  const domain = page.getByLabel("Egnyte domain");
  await domain.fill("Acme Ltd.");
  await page.getByRole("button", { name: "Sign in at Egnyte" }).click();
  await reads(page, "Connect Egnyte", "egnyte-wrong");
  const alert = await page.getByRole("alert").textContent();
  assert.match(alert, /domain/);
  assert.equal(await domain.inputValue(), "Acme Ltd.");

  await domain.fill("acme");
  await page.getByRole("button", { name: "Sign in at Egnyte" }).click();
  await reads(page, "Sandbox of Egnyte: who signs in?");
  await page.getByRole("button", { name: "Accept" }).click();
  await reads(page, "Egnyte is connected");
  const connected = await account("domain");
  assert.equal(connected.connection.domain, "acme");
  await useTools(connected);
});

person("a token is pasted", {}, async (page) => {
  await page.goto(await link("zesty", "token"));
  await reads(page, "Connect Zesty.io", "zesty-token");
  await page.getByLabel("Access token").fill("sandbox-zesti");
  await connect(page);
  await reads(page, "Connect Zesty.io", "zesty-token-wrong");
  const alert = await page.getByRole("alert").textContent();
  assert.doesNotMatch(alert, /sandbox-zesti/);
  assert.equal(await page.getByLabel("Access token").inputValue(), "", "a secret is not sent back");
  assert.deepEqual(await accounts("token"), []);

  await page.getByLabel("Access token").fill("sandbox-zesty");
  await connect(page);
  await reads(page, "Zesty.io is connected");
  await useTools(await account("token"));
});

person("a user name and a password are exchanged for a token", {}, async (page) => {
  await page.goto(await link("zesty", "login"));
  await page.getByRole("link", { name: "a user name and a password" }).click();
  await reads(page, "Connect Zesty.io", "zesty-login");
  await page.getByLabel("User name").fill("sandbox-zesty");
  await page.getByLabel("Password").fill("not-its-password");
  await connect(page);
  await reads(page, "Connect Zesty.io", "zesty-login-wrong");
  await page.getByRole("alert").waitFor();
  assert.equal(await page.getByLabel("User name").inputValue(), "sandbox-zesty");
  assert.equal(await page.getByLabel("Password").inputValue(), "", "a secret is not sent back");

  await page.getByLabel("Password").fill("sandbox-zesty");
  await connect(page);
  await reads(page, "Zesty.io is connected");
  await useTools(await account("login"));
});
