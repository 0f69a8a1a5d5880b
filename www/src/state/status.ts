/** What just happened, in words: one line, said politely by a screen reader. Kept as a function so that it follows the language. */
import { computed, signal } from "@preact/signals";
import { t, type Dictionary } from "../i18n";

type Words = (words: Dictionary) => string;

const latest = signal<Words>(() => "");
export const status = computed(() => latest.value(t.value));

export function say(words: Words): void {
  latest.value = words;
}
