// An account that its vendor has disconnected is connected again, under the link of a tool error.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { useTools } from "./agent.mjs";
import { account, accounts, ask, link } from "./operator.mjs";
import { person, reads, sees } from "./person.mjs";

/** Signs in at the vendor as somebody of a data center. */
async function signIn(page, center) {
  await page.getByRole("button", { name: "Sign in at Zoho Bigin" }).click();
  await page.getByLabel("Data center of the person").selectOption(center);
  await page.getByRole("button", { name: "Accept" }).click();
}

/** Connects an account of Europe, to which something then happens. */
async function connected(page, tenant, faults) {
  await page.goto(await link("zoho_bigin", tenant));
  await signIn(page, "eu");
  await reads(page, "Zoho Bigin is connected");
  for (const fault of faults) {
    await ask("POST", "/sandbox/control", { integration: "zoho_bigin", fault });
  }
  return account(tenant);
}

/** The sentences of the error that an agent gets. */
async function refusal(connected) {
  const { message } = await useTools(connected).then(assert.fail, (error) => error);
  return message;
}

person("whoever reads the error connects the account again", {}, async (page) => {
  const before = await connected(page, "again", ["expire_tokens", "end_refresh_tokens"]);
  const sentences = await refusal(before);
  const [url] = /http\S+link_token=[^,\s]+/.exec(sentences);
  const document = (await readFile("docs/connecting.md", "utf8")).replace(/\n> /g, " ");
  const shown = /Zoho Bigin has ended [^\n]*/.exec(document)[0].replace(/https:\S+link_token=…/, url);
  assert.ok(sentences.includes(shown), `${sentences}\nis not what the document says:\n${shown}`);
  assert.equal((await account("again")).status, "needs_reauth");

  await page.goto(url);
  await reads(page, "Connect Zoho Bigin again", "again");
  // What is known of the account is not asked for.
  assert.equal(await page.getByLabel("Data center").count(), 0);
  await signIn(page, "eu");
  await reads(page, "Zoho Bigin is connected");
  const { id, status } = await account("again");
  assert.deepEqual([id, status], [before.id, "active"]);
  await useTools(before);
});

person("an account that has moved is connected again where it is", {}, async (page) => {
  const before = await connected(page, "moved", ["change_data_center"]);
  const [url] = /http\S+link_token=[^,\s]+/.exec(await refusal(before));
  await page.goto(url);
  await signIn(page, "in");
  await reads(page, "Zoho Bigin is connected");
  const after = await account("moved");
  assert.deepEqual([after.id, after.connection.data_center], [before.id, "in"]);
  await useTools(after);
});

person("who signs in to another account is told so", {}, async (page) => {
  // Nothing is known of this one but where it is.
  const credentials = { type: "oauth2", access_token: "gone", refresh_token: "gone" };
  const imported = await ask("POST", "/integrated-account", {
    integration: "zoho_bigin",
    tenant_id: "other",
    connection: { data_center: "eu" },
    credentials,
  });
  const [url] = /http\S+link_token=[^,\s]+/.exec(await refusal(imported));
  await page.goto(url);
  await signIn(page, "in");
  await reads(page, "Not connected", "other");
  await sees(page, "This is another account of Zoho Bigin than the one that is connected again.");
  assert.equal((await account("other")).status, "needs_reauth");
  assert.equal((await accounts("other")).length, 1);
});
