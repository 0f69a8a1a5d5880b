/** Screens by the hash, so that each can be linked to from any sub-path and the back button works. */
import { computed, signal } from "@preact/signals";

/** In the order of the menu. */
export const MENU = ["draw", "picture", "examples", "history", "files", "inside", "lab", "about"] as const;
export const ROUTES = [...MENU, "experiment", "sheets", "embed"] as const;
export type Route = (typeof ROUTES)[number];

export interface Place {
  route: Route;
  /** What stands behind the screen's name and a slash. */
  part: string;
  query: URLSearchParams;
}

export function parse(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [name = "", part = ""] = path.split("/");
  const route = ROUTES.find((known) => known === name) ?? "draw";
  return { route, part, query: new URLSearchParams(query) };
}

export function href(route: Route, query: Record<string, string> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `#/${route}${search ? `?${search}` : ""}`;
}

const hash = signal(globalThis.location?.hash ?? "");
globalThis.addEventListener?.("hashchange", () => {
  hash.value = location.hash;
});

export const place = computed(() => parse(hash.value));
export const route = computed(() => place.value.route);

/** The same screen, seen from elsewhere: without a step for the back button. */
export function replace(to: Route, query: Record<string, string> = {}): void {
  history.replaceState(history.state, "", href(to, query));
  hash.value = location.hash;
}

export function go(to: Route, query: Record<string, string> = {}): void {
  location.hash = href(to, query);
  hash.value = location.hash;
}
