/** A picture that was dropped or pasted somewhere on the page, on its way to the screen that reads it. */
import { signal } from "@preact/signals";

export const handed = signal<File | null>(null);

/** What can be nothing but a picture. */
export const isPicture = (file: File): boolean => file.type.startsWith("image/");
