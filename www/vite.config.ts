import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { VitePWA } from "vite-plugin-pwa";
import { engineParts } from "./src/worker/engine-plugin.ts";

/**
 * The promise that nothing leaves the machine, kept by the browser: the page may only talk to where it came from. Only in
 * the built site: the development server needs inline styles and a socket.
 */
function contentSecurityPolicy(): Plugin {
  const policy = [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: policy }, injectTo: "head-prepend" },
    ],
  };
}

export default defineConfig({
  // Relative: the site runs from any sub-path without being told.
  base: "./",
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, license: { fileName: "licences.md" } },
  // The engine travels in parts; it is the worker that loads them.
  worker: { format: "es", plugins: () => [engineParts()] },
  server: { fs: { allow: [".."] } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
  plugins: [
    // The development server knows no plugins of workers.
    { ...engineParts(), apply: "serve" },
    contentSecurityPolicy(),
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
      workbox: {
        // All there is, so that one visit is enough: both builds of the engine, for a browser that is updated offline.
        globPatterns: ["**/*.{html,js,css,wasm,delta,trazo,svg,png,webmanifest}"],
        maximumFileSizeToCacheInBytes: 8_000_000,
        dontCacheBustURLsMatching: /^assets\//,
        cleanupOutdatedCaches: true,
        // The first visit is served by the worker from then on; a later version waits until the person takes it.
        clientsClaim: true,
        inlineWorkboxRuntime: true,
        sourcemap: false,
      },
    }),
  ],
});
