// Tells the page that opened this window which account was connected, and closes the window. The
// message goes to the origin that the link was made for, and to no other.
(() => {
  "use strict";

  const { origin, account, integration } = document.currentScript.dataset;
  if (!window.opener) return;
  window.opener.postMessage({ type: "toolwright:connected", id: account, integration }, origin);
  window.close();
})();
