/**
 * The service worker: after one visit everything works without a network, and a new version waits until the person takes it.
 *
 * It keeps all files of the site; of the engine's two builds the pair that this browser uses, which is all that it fetches.
 */
import { cleanupOutdatedCaches, precacheAndRoute } from "workbox-precaching";

declare const self: ServiceWorkerGlobalScope;

/**
 * A function of relaxed SIMD, `i32x4.relaxed_trunc_f32x4_s`. The worker asks wasm-feature-detect the same, which answers
 * later; but what is kept has to be said at once.
 */
const RELAXED = Uint8Array.of(
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, 6, 1, 0x60, 1, 0x7b, 1, 0x7b, // a type: from v128 to v128
  3, 2, 1, 0, // a function of that type
  10, 9, 1, 7, 0, 0x20, 0, 0xfd, 0x81, 2, 0x0b, // its code
);
const unused = globalThis.WebAssembly?.validate(RELAXED) ? /engine-simd/ : /engine-relaxed/;

cleanupOutdatedCaches();
// oxlint-disable-next-line no-underscore-dangle -- the name for which the build puts the list
const files = self.__WB_MANIFEST.map((entry) => (typeof entry === "string" ? { url: entry } : entry));
// Whatever stands behind the question mark, it is the same file. Other addresses are the network's: only the page is the page.
precacheAndRoute(files.filter(({ url }) => !unused.test(url)), { ignoreURLParametersMatching: [/./] });

// The first visit is served from here from then on.
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", ({ data }) => {
  if (data?.type === "SKIP_WAITING") void self.skipWaiting();
});
