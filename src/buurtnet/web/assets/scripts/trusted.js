// The one Trusted Types policy: HTML passes (it comes from our own server, and scripts in it do not run), script addresses only from here.

/** @type {any} */
const types = /** @type {any} */ (window).trustedTypes;

types?.createPolicy("default", {
  /** @param {string} html */
  createHTML: (html) => html,
  /** @param {string} address */
  createScriptURL: (address) => (new URL(address, document.baseURI).origin === location.origin ? address : null),
});
