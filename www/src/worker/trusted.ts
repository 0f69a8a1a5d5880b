/**
 * The addresses of scripts, vouched for. The site's policy asks for it (`require-trusted-types-for`): only what went through
 * here may become a worker.
 */

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): { createScriptURL: (address: string) => string };
}

function createScriptURL(address: string): string {
  const url = new URL(address, document.baseURI);
  // A blob has the origin of the page that made it.
  if (url.origin !== location.origin) throw new TypeError(`${address} is not ours to run.`);
  return url.href;
}

// Not there in every browser, nor in TypeScript's library; what the policy gives is an object that is used as a string.
const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
const policy = trustedTypes?.createPolicy("trazo", { createScriptURL }) ?? { createScriptURL };

export const trustedScript = (address: string): string => policy.createScriptURL(address);
