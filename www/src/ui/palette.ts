/** For what is painted, not styled: it has to be painted anew whenever the colors of the page change. */
import { effect, signal } from "@preact/signals";
import { dark } from "../settings/preferences";

/** Another number for each change: of the theme, or of the person's own colors, which may be switched on at any time. */
export const palette = signal(0);

const change = (): void => {
  palette.value = palette.peek() + 1;
};

effect(() => {
  void dark.value;
  change();
});
for (const query of ["(forced-colors: active)", "(prefers-color-scheme: dark)"]) {
  globalThis.matchMedia?.(query).addEventListener("change", change);
}
