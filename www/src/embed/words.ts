/** What `<trazo-pad>` says, in the language of the text around it. Apart from the page's dictionaries, which it does not carry along. */
const en = {
  label: "Digit",
  role: "drawing pad",
  hint: "Draw a digit",
  help: "Draw a digit, or type it. Backspace clears.",
  required: "Required.",
  clear: "Clear",
  cleared: "Cleared.",
  notSure: "Not sure",
  reads: (digit: string, percent: string) => `${digit}, ${percent} sure`,
  said: (digit: string) => `${digit}, as you say`,
  missing: "Draw a digit, or type it.",
  unread: "It is not sure which digit this is. Draw it again, or type it.",
  failed: "It cannot read here. Type the digit.",
};

const es: typeof en = {
  label: "Dígito",
  role: "pizarra",
  hint: "Dibuja un dígito",
  help: "Dibuja un dígito o tecléalo. Retroceso borra.",
  required: "Obligatorio.",
  clear: "Borrar",
  cleared: "Borrado.",
  notSure: "No está segura",
  reads: (digit, percent) => `${digit}, con ${percent} de seguridad`,
  said: (digit) => `${digit}, como dices`,
  missing: "Dibuja un dígito o tecléalo.",
  unread: "No está claro qué dígito es. Dibújalo otra vez o tecléalo.",
  failed: "Aquí no puede leer. Teclea el dígito.",
};

export type Words = typeof en;

/** The words around an element, and how its language writes per cent. */
export function wordsFor(element: Element): Words & { percent: (share: number) => string } {
  const language = element.closest<HTMLElement>("[lang]")?.lang || "en";
  const spanish = /^es\b/i.test(language);
  const format = new Intl.NumberFormat(spanish ? language : "en", { style: "percent" });
  // Never quite sure: 99.6 % is no 100 %.
  return { ...(spanish ? es : en), percent: (share) => format.format(Math.min(0.99, share)) };
}
