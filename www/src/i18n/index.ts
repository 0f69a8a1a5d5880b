import { computed } from "@preact/signals";
import { language } from "../settings/preferences";
import type { EngineError } from "../worker/protocol";
import { en, type Dictionary } from "./en";
import { es } from "./es";

const dictionaries = { en, es };

/** The words of the chosen language: read `t.value` where they are shown, and they follow the choice. */
export const t = computed<Dictionary>(() => dictionaries[language.value]);

export type { Dictionary };

/** A failure in the words of the person; what is not known by its code keeps the engine's own sentence beside it. */
export function sentence(words: Dictionary, error: EngineError): string {
  const known: Record<string, string | ((about: string) => string)> = words.errors;
  const said = Object.hasOwn(known, error.code) && error.code !== "general" ? known[error.code] : undefined;
  if (said === undefined) return `${words.errors.general} (${error.message})`;
  return typeof said === "string" ? said : said(error.about ?? "…");
}
