import { computed } from "@preact/signals";
import type { Widen } from "../../i18n/en";
import { language } from "../../settings/preferences";
import { en } from "./en";
import { es } from "./es";

export type Words = Widen<typeof en>;

/** In the language of the page. */
export const words = computed<Words>(() => ({ en, es })[language.value]);
