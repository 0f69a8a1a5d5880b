/** What a link to the page shows in messages and elsewhere: a picture, a title, a sentence (Open Graph, ogp.me). */
import type { HtmlTagDescriptor, Plugin } from "vite";

/** Where the site will stand: as `TRAZO_URL` says, or in a workflow of GitHub its Pages. Undefined where nobody knows. */
export function addressOf(env: Record<string, string | undefined>): string | undefined {
  const { TRAZO_URL, GITHUB_REPOSITORY } = env;
  if (TRAZO_URL) return TRAZO_URL.replace(/\/*$/, "/");
  const [owner, name] = (GITHUB_REPOSITORY ?? "").toLowerCase().split("/");
  if (!owner || !name) return undefined;
  const site = `${owner}.github.io`;
  return name === site ? `https://${site}/` : `https://${site}/${name}/`;
}

/** The picture's address must be whole for those who fetch it from elsewhere; without the site's it is at least right. */
export function cardTags(address: string | undefined): HtmlTagDescriptor[] {
  const og: Record<string, string> = {
    type: "website",
    title: "Trazo",
    description: "Reads the digits you write, and learns from you. Lee los dígitos que escribes y aprende de ti.",
    ...(address ? { url: address } : {}),
    image: `${address ?? "./"}card.jpg`,
    "image:width": "1200",
    "image:height": "630",
    "image:alt": "A seven with a bar, drawn by hand in black; beside it the same seven in blue, as the network reads it.",
    locale: "en_US",
    "locale:alternate": "es_ES",
  };
  return [
    ...Object.entries(og).map(([name, content]) => ({ tag: "meta", attrs: { property: `og:${name}`, content } })),
    { tag: "meta", attrs: { name: "twitter:card", content: "summary_large_image" } },
  ];
}

export function card(env: Record<string, string | undefined>): Plugin {
  return { name: "card", apply: "build", transformIndexHtml: () => cardTags(addressOf(env)) };
}
