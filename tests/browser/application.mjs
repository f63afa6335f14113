// A web page that opens links, as docs/connecting.md says, on a server of another origin.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { server } from "./setting.mjs";

/** An application with one page. */
export class Application {
  #http = createServer((_, response) => response.writeHead(200, this.#headers).end(this.#page));
  #headers = {};
  #page = "";

  static async start() {
    const application = new Application();
    application.#http.listen(0, "127.0.0.1");
    await once(application.#http, "listening");
    return application;
  }

  /** The origin, which differs from the server's in the name of the host as well. */
  get origin() {
    return `http://localhost:${this.#http.address().port}`;
  }

  /** Shows the page of the document, with a link. */
  async show(url, headers = {}) {
    this.#headers = { "content-type": "text/html", ...headers };
    const document = await readFile("docs/connecting.md", "utf8");
    const [, page] = /```html\n(.*?)```/s.exec(document);
    const link = page.replace(/data-url="[^"]*"/, `data-url="${url}"`);
    this.#page = link.replaceAll("https://tools.example.com", server);
  }

  stop() {
    this.#http.close();
    this.#http.closeAllConnections();
  }
}
