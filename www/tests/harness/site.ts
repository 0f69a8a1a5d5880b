import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serve } from "../../../scripts/static-server.mjs";

/** A sub-path, as GitHub Pages gives a project: the site must not think that it owns the whole host. */
export const BASE = "/some/sub/path/";

export const DIST = process.env.TRAZO_SITE ?? fileURLToPath(new URL("../../dist", import.meta.url));

export interface Site {
  url: string;
  /** The folder that is served; can be changed, to publish another version under the same address. */
  dir: string;
  /** Answers for a path otherwise: a status, "drop" to cut the connection, or text to put before the file. */
  intercept: ((path: string) => number | "drop" | { before: string } | undefined) | undefined;
  close(): Promise<void>;
}

export async function serveSite(): Promise<Site> {
  if (!existsSync(`${DIST}/index.html`)) throw new Error(`there is no site in ${DIST}: scripts/build makes it`);
  return (await serve({ dir: DIST, base: BASE })) as Site;
}
