/**
 * What must be known before the database opens: language, colors, keys. Kept in localStorage, which may be refused
 * (private mode, blocked cookies): then the choice holds until the tab closes.
 */
import { effect, signal } from "@preact/signals";

export const LANGUAGES = ["en", "es"] as const;
export type Language = (typeof LANGUAGES)[number];
export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

function recall(key: string): string | null {
  try {
    return localStorage.getItem(`trazo.${key}`);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(`trazo.${key}`, value);
  } catch {
    // Refused: the choice holds until the tab closes.
  }
}

function oneOf<T extends string>(choices: readonly T[], value: string | null): T | null {
  return choices.find((choice) => choice === value) ?? null;
}

/** The first of the browser's languages that the page speaks; English where it speaks none. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = oneOf(LANGUAGES, tag.toLowerCase().split("-")[0] ?? null);
    if (found) return found;
  }
  return "en";
}

export const language = signal<Language>(
  oneOf(LANGUAGES, recall("language")) ?? preferredLanguage(globalThis.navigator?.languages ?? []),
);
export const theme = signal<Theme>(oneOf(THEMES, recall("theme")) ?? "auto");
/** Single keys that act (0-9, z, c): can be switched off (WCAG 2.1.4). */
export const shortcuts = signal(recall("shortcuts") !== "off");
/** Fingers draw even where a pen has been seen. Without it a touch is then the hand that holds the pen. */
export const fingers = signal(recall("fingers") === "on");
/** The pad is read as one digit, whatever is on it. */
export const oneDigit = signal(recall("one-digit") === "on");
/** True where the page shows dark now, chosen or by the system. The canvases redraw on it. */
export const dark = signal(false);

/** Keeps the document and localStorage in step with the signals. */
export function applyPreferences(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const systemDark = signal(system.matches);
  system.addEventListener("change", () => {
    systemDark.value = system.matches;
  });
  const root = document.documentElement;
  effect(() => {
    const isDark = theme.value === "auto" ? systemDark.value : theme.value === "dark";
    root.dataset["theme"] = isDark ? "dark" : "light";
    // The bars of the browser follow the page, not the system.
    const paper = getComputedStyle(root).getPropertyValue("--paper").trim();
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) meta.content = paper;
    dark.value = isDark;
  });
  effect(() => {
    root.lang = language.value;
  });
}

// A choice is kept when it is made, not at start: a browser whose language changes later should still be followed.
export function chooseLanguage(value: string): void {
  const chosen = oneOf(LANGUAGES, value);
  if (!chosen) return;
  language.value = chosen;
  keep("language", chosen);
}

export function chooseTheme(value: string): void {
  const chosen = oneOf(THEMES, value);
  if (!chosen) return;
  theme.value = chosen;
  keep("theme", chosen);
}

export function chooseShortcuts(on: boolean): void {
  shortcuts.value = on;
  keep("shortcuts", on ? "on" : "off");
}

export function chooseFingers(on: boolean): void {
  fingers.value = on;
  keep("fingers", on ? "on" : "off");
}

export function chooseOneDigit(on: boolean): void {
  oneDigit.value = on;
  keep("one-digit", on ? "on" : "off");
}
