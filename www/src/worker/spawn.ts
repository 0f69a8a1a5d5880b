/**
 * Starts workers. All of them go through here.
 *
 * A worker that is fetched takes its policy from its own headers, which a plain host of files does not set: it could talk to
 * anyone, and it holds all the data. One that comes from a `blob:` inherits the page's policy. So each is a blob that imports
 * the real module, whose own address (`import.meta.url`) is what it would be otherwise.
 */
import { Failure } from "./failure";
import { trustedScript } from "./trusted";

/**
 * Imports the module while it runs: Firefox 153 asks the network alone for what a blob imports before it runs, and not the
 * service worker, so that nothing would start offline. What is said to the worker before the module is there waits for it;
 * where it does not come the worker says so (`Fatal` in `./protocol`).
 */
const script = (module: string): string => `const early = [];
onmessage = ({ data }) => early.push(data);
import(${JSON.stringify(module)}).then(
  () => early.forEach((data) => dispatchEvent(new MessageEvent("message", { data }))),
  (error) => postMessage({ fatal: { code: "worker-missing", message: "The engine's worker did not load: " + error } }),
);`;

/** `address` is a bundled worker's (`import address from "./some.ts?worker&url"`). */
export function startWorker(address: string, name: string): Worker {
  const module = new URL(address, document.baseURI).href;
  // Not revoked: WebKit looks it up later than it should.
  const blob = URL.createObjectURL(new Blob([script(module)], { type: "text/javascript" }));
  let asked = false;
  const worker = new Worker(trustedScript(blob), {
    name,
    get type() {
      asked = true;
      return "module" as const;
    },
  });
  // A browser that does not know the option does not look at it.
  if (asked) return worker;
  worker.terminate();
  throw new Failure("unsupported-browser", "This browser runs no modules in workers.");
}
