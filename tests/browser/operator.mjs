// Whoever runs the server: makes links, and looks at what came of them.

import assert from "node:assert/strict";
import { server } from "./setting.mjs";

/** Asks the HTTP API; the JSON of a success. */
export async function ask(method, path, body) {
  const response = await fetch(server + path, {
    method,
    headers: {
      Authorization: `Bearer ${process.env.TOOLWRIGHT_ADMIN_TOKEN}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** The address of a new link. Each tenant has one account here, by which it is found. */
export async function link(integration, tenant_id, more = {}) {
  const { url } = await ask("POST", "/link-token", { integration, tenant_id, ...more });
  return url;
}

/** The accounts of a tenant. */
export async function accounts(tenant) {
  const { result } = await ask("GET", `/integrated-account?tenant_id=${tenant}`);
  return result;
}

/** The one account of a tenant, as it is shown. */
export async function account(tenant) {
  const found = await accounts(tenant);
  assert.equal(found.length, 1, `accounts of ${tenant}`);
  return ask("GET", `/integrated-account/${found[0].id}`);
}

/** What is done, and then the hosts of the vendor that were asked meanwhile: `GET www.zohoapis.eu/bigin/…`. */
export async function asked(integration, doing) {
  const requests = async () => (await ask("GET", `/sandbox/requests?integration=${integration}`)).requests;
  const before = await requests();
  await doing();
  const after = await requests();
  return after.slice(before.length).map(({ method, host, path }) => `${method} ${host}${path.split("?")[0]}`);
}
