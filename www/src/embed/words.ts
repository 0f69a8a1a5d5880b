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
  many: {
    label: "Number",
    hint: "Write a number",
    help: "Write a number, or type it and press Enter. Backspace clears.",
    missing: "Write a number, or type it.",
    unread: "It is not sure which number this is. Write it again, or type it.",
    failed: "It cannot read here. Type the number.",
  },
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
  many: {
    label: "Número",
    hint: "Escribe un número",
    help: "Escribe un número, o tecléalo y pulsa Intro. Retroceso borra.",
    missing: "Escribe un número o tecléalo.",
    unread: "No está claro qué número es. Escríbelo otra vez o tecléalo.",
    failed: "Aquí no puede leer. Teclea el número.",
  },
};

export type Words = Omit<typeof en, "many">;

/** The words around an element, and how its language writes per cent. */
export function wordsFor(element: Element): Words & { percent: (share: number) => string } {
  const language = element.closest<HTMLElement>("[lang]")?.lang || "en";
  const spanish = /^es\b/i.test(language);
  const format = new Intl.NumberFormat(spanish ? language : "en", { style: "percent" });
  const { many, ...one } = spanish ? es : en;
  // Never quite sure: 99.6 % is no 100 %.
  return { ...one, ...(element.getAttribute("digits") === "many" ? many : {}), percent: (share) => format.format(Math.min(0.99, share)) };
}
