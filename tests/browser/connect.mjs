// From a link to listed tools, by a login at the vendor.

import assert from "node:assert/strict";
import { useTools } from "./agent.mjs";
import { account, accounts, asked, link } from "./operator.mjs";
import { person, reads, sees } from "./person.mjs";

const LOGIN = "Sandbox of Zoho Bigin: who signs in?";
const CONNECTED = "Zoho Bigin is connected";

const signIn = (page) => page.getByRole("button", { name: "Sign in at Zoho Bigin" }).click();
const accept = (page) => page.getByRole("button", { name: "Accept" }).click();

/** The way of a person of the European data center, who chooses nothing on the server's page. */
async function connectEurope(page, tenant, pictures) {
  const requests = await asked("zoho_bigin", async () => {
    await page.goto(await link("zoho_bigin", tenant));
    await reads(page, "Connect Zoho Bigin", pictures?.question);
    await signIn(page);
    await reads(page, LOGIN, pictures?.login);
    await page.getByLabel("Data center of the person").selectOption("eu");
    await accept(page);
    await reads(page, CONNECTED, pictures?.connected);
  });
  const connected = await account(tenant);
  assert.equal(connected.connection.data_center, "eu");
  assert.equal(connected.status, "active");
  assert.ok(requests.includes("GET accounts.zoho.com/oauth/v2/auth"), requests.join("\n"));
  assert.ok(requests.includes("POST accounts.zoho.eu/oauth/v2/token"), requests.join("\n"));
  return connected;
}

person("from a link to listed tools", {}, async (page) => {
  const pictures = { question: "zoho", login: "login", connected: "connected" };
  const connected = await connectEurope(page, "tools", pictures);
  await sees(page, connected.name);
  const requests = await asked("zoho_bigin", async () => {
    const { result } = await useTools(connected);
    assert.equal(result.length, 1);
  });
  assert.ok(requests.every((request) => request.startsWith("GET www.zohoapis.eu/")), requests.join("\n"));
  assert.ok(requests.length > 0);
});

person("the same in the dark", { colorScheme: "dark" }, async (page) => {
  const pictures = { question: "zoho-dark", connected: "connected-dark" };
  await connectEurope(page, "dark", pictures);
});

person("the same without scripts", { javaScriptEnabled: false }, async (page) => {
  await useTools(await connectEurope(page, "no-scripts"));
});

person("the same on a telephone", { viewport: { width: 360, height: 640 } }, async (page) => {
  await connectEurope(page, "telephone", { question: "zoho-telephone" });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.equal(width, 360, "nothing is wider than the screen");
});

person("an account in China begins at a login of its own", {}, async (page) => {
  const requests = await asked("zoho_bigin", async () => {
    await page.goto(await link("zoho_bigin", "china"));
    await page.getByLabel("Data center").selectOption("cn");
    await signIn(page);
    await reads(page, LOGIN);
    const offered = page.getByLabel("Data center of the person").getByRole("option");
    assert.deepEqual(await offered.allTextContents(), ["cn"]);
    await accept(page);
    await reads(page, CONNECTED);
    const connected = await account("china");
    assert.equal(connected.connection.data_center, "cn");
    await useTools(connected);
  });
  const hosts = new Set(requests.map((request) => request.split(/[ /]/)[1]));
  assert.deepEqual(hosts, new Set(["accounts.zoho.com.cn", "www.zohoapis.com.cn"]));
});

person("who says no can say yes later, and once", {}, async (page) => {
  const url = await link("zoho_bigin", "denied");
  await page.goto(url);
  await signIn(page);
  await page.getByRole("button", { name: "Deny" }).click();
  await reads(page, "Not connected", "denied");
  await sees(page, "Zoho Bigin did not give access: it was refused there. Open the link again to try once more.");
  assert.deepEqual(await accounts("denied"), []);

  await page.goto(url);
  await signIn(page);
  await accept(page);
  await reads(page, CONNECTED);
  const connected = await account("denied");

  await page.goto(url);
  await reads(page, "Not connected", "used");
  await sees(page, "This link was used, has ended, or was tried too often.");
  // Nor is the login good again.
  await page.goBack();
  await page.reload();
  await reads(page, "Not connected", "login-again");
  await sees(page, "This browser did not begin this login");
  assert.deepEqual(await account("denied"), connected);
});

person("a keyboard is enough", {}, async (page) => {
  const focus = async (locator) => {
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press("Tab");
      if (await locator.evaluate((element) => element === document.activeElement)) return;
    }
    assert.fail(`${locator} is not reached with the Tab key`);
  };
  await page.goto(await link("zoho_bigin", "keyboard"));
  await focus(page.getByLabel("Data center"));
  await focus(page.getByRole("button", { name: "Sign in at Zoho Bigin" }));
  await page.keyboard.press("Enter");
  await reads(page, LOGIN);
  await focus(page.getByLabel("Data center of the person"));
  await page.keyboard.press("e");
  await focus(page.getByRole("button", { name: "Accept" }));
  await page.keyboard.press("Enter");
  await reads(page, CONNECTED);
  assert.equal((await account("keyboard")).connection.data_center, "eu");
});
