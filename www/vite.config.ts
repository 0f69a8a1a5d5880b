import { createHash } from "node:crypto";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { VitePWA } from "vite-plugin-pwa";
import { card } from "./build/card.ts";
import { documents, LICENSES } from "./build/documents.ts";
import { engineParts } from "./build/engine-plugin.ts";
import { mnist } from "./build/mnist.ts";

/**
 * The promise that nothing leaves the machine, kept by the browser: the page may only talk to where it came from, and so
 * may its workers, which inherit that by the way they are started (`src/worker/spawn.ts`). Only in the built site: the
 * development server needs inline styles and a socket.
 */
function contentSecurityPolicy(): Plugin {
  const policy = (inline: string[]): string =>
    [
      "default-src 'self'",
      "connect-src 'self'",
      `script-src 'self' 'wasm-unsafe-eval' ${inline.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`).join(" ")}`,
      "worker-src 'self' blob:",
      "img-src 'self' data: blob:",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types trazo",
    ].join("; ");
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: {
      // What the page says in its own scripts, as it is at the very end.
      order: "post",
      handler: (html) => {
        const content = policy([...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = ""]) => script));
        return [{ tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content }, injectTo: "head-prepend" }];
      },
    },
  };
}

export default defineConfig({
  // Relative: the site runs from any sub-path without being told.
  base: "./",
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, license: { fileName: LICENSES } },
  // The engine travels in parts; it is the worker that loads them.
  worker: { format: "es", plugins: () => [engineParts()] },
  server: { fs: { allow: [".."] } },
  test: { include: ["{src,build}/**/*.test.ts"], environment: "node" },
  plugins: [
    // The development server knows no plugins of workers.
    { ...engineParts(), apply: "serve" },
    mnist(new URL("../data/mnist/", import.meta.url)),
    contentSecurityPolicy(),
    card(process.env),
    documents(new URL("../pretrained/README.md", import.meta.url)),
    VitePWA({
      registerType: "prompt",
      injectRegister: false,
      manifestFilename: "manifest.webmanifest",
      manifest: {
        name: "Trazo",
        short_name: "Trazo",
        description: "Reads the digits you write and learns from you. Lee los dígitos que escribes y aprende de ti.",
        id: "./",
        start_url: "./",
        scope: "./",
        display: "standalone",
        background_color: "#f3eee2",
        theme_color: "#f3eee2",
        categories: ["education", "utilities"],
        icons: [
          { src: "icon-192.png", sizes: "192x192", type: "image/png" },
          { src: "icon-512.png", sizes: "512x512", type: "image/png" },
          { src: "icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
          { src: "icon.svg", sizes: "any", type: "image/svg+xml" },
        ],
      },
      // Under that name since the first version: a browser that has it asks there for the next.
      strategies: "injectManifest",
      srcDir: "src/offline",
      filename: "sw.ts",
      injectManifest: {
        globPatterns: ["**/*.{html,js,css,wasm,trazo,svg,png,webmanifest}"],
        globIgnores: ["model-card.html", "licenses.html"],
        maximumFileSizeToCacheInBytes: 8_000_000,
        dontCacheBustURLsMatching: /^assets\//,
        rollupFormat: "iife",
        sourcemap: false,
      },
    }),
  ],
});
