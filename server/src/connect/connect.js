// Opens a link of Toolwright in a window of its own and tells which account came of it:
//
//   <script src="https://tools.example.com/connect.js"></script>
//   const { id, integration } = await Toolwright.connect(url);
//
// `url` is what POST /link-token answered; the link has to be made with the `origin` of the page that
// runs this. To be called from a click, or browsers keep the window shut.
(() => {
  "use strict";

  const server = new URL(document.currentScript.src).origin;
  const FEATURES = "popup,width=520,height=760";
  const GRACE = 1000;

  function connect(url) {
    return new Promise((resolve, reject) => {
      const link = new URL(url, server);
      if (link.origin !== server) {
        throw new Error(`The link leads to ${link.origin}, and this script is from ${server}.`);
      }
      const opened = window.open(link, "_blank", FEATURES);
      if (!opened) {
        throw new Error("The browser did not open a window; call connect() from a click.");
      }

      const finish = (settle, value) => {
        window.removeEventListener("message", receive);
        clearInterval(watch);
        settle(value);
      };
      const receive = (event) => {
        const isOurs = event.origin === server && event.source === opened;
        if (!isOurs || event.data?.type !== "toolwright:connected") return;
        const { id, integration } = event.data;
        finish(resolve, { id, integration });
      };
      // A message may still be on its way when the window is gone.
      const watch = setInterval(() => {
        if (!opened.closed) return;
        clearInterval(watch);
        setTimeout(() => finish(reject, new Error("The window was closed.")), GRACE);
      }, 250);
      window.addEventListener("message", receive);
    });
  }

  window.Toolwright = Object.freeze({ ...window.Toolwright, connect });
})();
