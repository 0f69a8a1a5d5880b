/** Documents that are written as Markdown, as pages to read: a browser shows Markdown as it was typed. */
import { readFileSync } from "node:fs";
import { marked } from "marked";
import type { Plugin } from "vite";

/** What Vite says of the licenses of the libraries in the site. */
export const LICENSES = "licenses.md";

const CARD = "model-card.html";

/** In the colors of the page, which are the system's choice here: a document has no settings, and no script. */
const STYLE = `
:root { color-scheme: light dark; }
body { max-width: 52rem; margin: 0 auto; padding: 1rem clamp(0.75rem, 3vw, 3rem) 3rem; line-height: 1.5;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere;
  background: light-dark(#f3eee2, #1d2326); color: light-dark(#1b1814, #f1ede3); }
h1, h2, h3 { line-height: 1.2; }
a { color: inherit; }
pre, code { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; font-size: 0.875em; }
pre { overflow-x: auto; padding: 0.75rem; background: light-dark(#fdfaf2, #151a1c); overflow-wrap: normal; }
.wide { overflow-x: auto; overflow-wrap: normal; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { min-width: 5rem; padding: 0.25rem 0.75rem 0.25rem 0; border-top: 1px solid light-dark(#d8cfbc, #384145); text-align: left; vertical-align: top; }
blockquote { margin: 0; white-space: pre-wrap; }
`;

/** A page of its own, whose title is its first heading. */
export function pageOf(markdown: string): string {
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? "Trazo";
  // What is too wide for a phone scrolls within itself, and can be reached without a mouse.
  const body = marked
    .parse(markdown, { async: false })
    .replaceAll("<table>", '<div class="wide" tabindex="0"><table>')
    .replaceAll("</table>", "</table></div>")
    .replaceAll("<pre>", '<pre tabindex="0">');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Trazo</title>
<style>${STYLE}</style>
<main>
<p><a href="./">Trazo</a></p>
${body}</main>
</html>
`;
}

export function documents(card: URL): Plugin {
  const cardPage = (): string => pageOf(readFileSync(card, "utf8"));
  return {
    name: "documents",
    generateBundle: {
      // After Vite has written the licenses.
      order: "post",
      handler(_, bundle) {
        const licenses = bundle[LICENSES];
        if (licenses?.type !== "asset") throw new Error(`there is no ${LICENSES} in the bundle`);
        delete bundle[LICENSES];
        this.emitFile({ type: "asset", fileName: "licenses.html", source: pageOf(String(licenses.source)) });
        this.emitFile({ type: "asset", fileName: CARD, source: cardPage() });
      },
    },
    configureServer({ middlewares }) {
      middlewares.use(`/${CARD}`, (_, response) => void response.setHeader("content-type", "text/html").end(cardPage()));
    },
  };
}
