import { computed, signal } from "@preact/signals";
import { fingers } from "../settings/preferences";

/** A pen has touched the pad since the page was opened, or was over it. */
export const penSeen = signal(false);
/** From then on a touch is the hand that holds it, unless the person wants to draw with both. */
export const fingersDraw = computed(() => fingers.value || !penSeen.value);
