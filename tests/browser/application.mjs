// A web page that opens links, as docs/connecting.md says, on a server of another origin.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { server } from "./setting.mjs";

/** A page of an application. `links` are for its origin, and the page is told one that was made. */
export class Application {
  #http = createServer((_, response) => response.setHeader("Content-Type", "text/html").end(this.#page));
  #page = "";

  static async start() {
    const application = new Application();
    application.#http.listen(0, "127.0.0.1");
    await once(application.#http, "listening");
    return application;
  }

  /** Another origin than `server` in its host's name, too. */
  get origin() {
    return `http://localhost:${this.#http.address().port}`;
  }

  /** Shows the page of the document, with a link. */
  async show(url) {
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
