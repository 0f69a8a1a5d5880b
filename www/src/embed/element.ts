/**
 * `<trazo-pad>`: a form control that one writes on. It knows no engine: whoever defines it says who reads
 * (`package/pad.ts` for other people's pages, `./demo.ts` for ours). Ink is SVG in the color of the text, and so follows
 * theme, size and density by itself.
 */
import { latestWins } from "../draw/loop";
import { PAD, PEN, Recorder, type Gesture } from "../drawing/strokes";
import { style } from "./style";
import { wordsFor, type Words } from "./words";

/** One stroke: points `[x, y]` in units of the pad, 1000 x 1000, y downwards. */
export type Points = [x: number, y: number][];

export interface PadReading {
  /** The likeliest digit, or null where nothing is drawn, or several. */
  digit: number | null;
  /** False where it may well be another digit or number, or none at all. */
  sure: boolean;
  /** Ten numbers, one a digit; with `digits="many"` those of the digit that is the least sure. */
  probabilities: ArrayLike<number>;
  /** With `digits="many"`: the number as one writes it, with a minus and a point or comma where they are drawn. */
  text?: string;
}

/** Of the event `read`: there is an answer to what is drawn. */
export interface ReadDetail extends PadReading {
  /** What the control now has as its value: empty where it is not sure. */
  value: string;
  confidence: number;
}

/** Of the event `teach`: somebody said what the drawing is. */
export interface TeachDetail {
  /** What it is; null for what is not a single digit. */
  digit: number | null;
  /** The same as text. */
  text: string;
  /** What it was read as, where it was. */
  read: PadReading | null;
  strokes: Points[];
}

/** Long enough for a pen that is lifted between two strokes of one digit; short enough to feel like an answer. */
const PAUSE = 400;
/** Milliseconds from the start of one reading to the next. */
const BETWEEN_READINGS = 16;
/** With `digits="many"` the pad is so many times as wide as high. */
const WIDE = 2;
/** A number, and what may become one while it is typed. */
const NUMBER = /^-?\d+(?:[.,]\d+)?$/;
const BEGINNING = /^-?(?:\d+(?:[.,]\d*)?)?$/;

// A page that is made beforehand, in Node.js, imports this where there are no elements.
const Base = globalThis.HTMLElement ?? (Object as unknown as typeof HTMLElement);

export abstract class PadElement extends Base {
  static readonly formAssociated = true;
  static readonly observedAttributes = ["required", "label", "value", "digits"];

  readonly #internals = this.attachInternals();
  readonly #pad = part("div", "pad");
  readonly #svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  readonly #ink = document.createElementNS("http://www.w3.org/2000/svg", "path");
  readonly #hint = part("span", "hint");
  readonly #answer = part("span", "answer");
  readonly #clear = part("button", "clear");
  readonly #help = part("p", "help");
  readonly #status = part("p", "status");

  #value = "";
  /** What the form has been told with `change`. */
  #committed = "";
  #reading: PadReading | null = null;
  #gestures: Gesture[] = [];
  #active: { pointer: number; recorder: Recorder } | null = null;
  /** Somebody has said what the drawing is: the next stroke begins another. */
  #said = false;
  /** What is being typed, which may not be a number yet; null where nobody types. */
  #typed: string | null = null;
  /** Somebody has drawn or typed, or code has set the value: the attribute `value` is no longer what counts. */
  #touched = false;
  #disabled = false;
  #rest: ReturnType<typeof setTimeout> | undefined;
  /** The language of the page, and the labels' texts: both may change. */
  readonly #around = new MutationObserver(() => this.#speak());
  readonly #ask = latestWins(() => this.#answerNow(), BETWEEN_READINGS);

  /** Reads; the answer to no strokes at all is not used, but says that whatever is needed has been loaded. */
  protected abstract read(strokes: Points[]): Promise<PadReading>;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [style()];
    attributes(this.#svg, { part: "ink", "aria-hidden": "true" });
    this.#svg.append(this.#ink);
    attributes(this.#hint, { "aria-hidden": "true" });
    // The digits are typed here, so a screen reader must hand them over: that is what an application is.
    attributes(this.#pad, { role: "application", tabindex: "0", "aria-describedby": "help" });
    this.#pad.append(this.#svg, this.#hint);
    attributes(this.#clear, { type: "button" });
    attributes(this.#help, { id: "help", class: "unseen" });
    // What is seen changes while one draws; what is said aloud waits until the pen rests.
    attributes(this.#answer, { "aria-hidden": "true", translate: "no" });
    attributes(this.#status, { role: "status", class: "unseen" });
    const foot = part("div", "foot");
    foot.append(this.#answer, this.#clear);
    root.append(this.#pad, foot, this.#help, this.#status);
    this.#listen();
  }

  /** One digit (`"one"`), or a number of several (`"many"`): what is written, and what is the value. */
  get digits(): "one" | "many" {
    return this.getAttribute("digits") === "many" ? "many" : "one";
  }
  set digits(digits: "one" | "many") {
    this.setAttribute("digits", digits);
  }

  /** The digit, "0" to "9", or the number; empty where nothing is drawn, or it is not sure. Setting it wipes what is drawn. */
  get value(): string {
    return this.#value;
  }
  set value(value: string) {
    this.#touched = true;
    this.#put(value);
  }

  /** How sure the network is of what is drawn, 0 to 1; null where it has read nothing. */
  get confidence(): number | null {
    return this.#reading ? chanceOf(this.#reading) : null;
  }

  /** Ten chances, one a digit; null where it has read nothing. */
  get probabilities(): number[] | null {
    return this.#reading && Array.from(this.#reading.probabilities);
  }

  /** What is drawn. */
  get strokes(): Points[] {
    const { height } = this.#sheet;
    return this.#gestures.flatMap(({ strokes }) =>
      strokes.map((stroke) => Array.from({ length: stroke.length / 2 }, (_, i): [number, number] => [stroke[2 * i] ?? 0, ((stroke[2 * i + 1] ?? 0) * height) / PAD])),
    );
  }
  /** How high the pad is and how wide the pen, where the pad is 1000 wide. */
  get #sheet(): { height: number; pen: number } {
    return this.digits === "many" ? { height: PAD / WIDE, pen: PEN / WIDE } : { height: PAD, pen: PEN };
  }

  /** What it is for, for assistive technology, where no `<label>` says so. */
  get label(): string {
    return this.getAttribute("label") ?? "";
  }
  set label(label: string) {
    this.setAttribute("label", label);
  }

  get name(): string {
    return this.getAttribute("name") ?? "";
  }
  set name(name: string) {
    this.setAttribute("name", name);
  }
  get required(): boolean {
    return this.hasAttribute("required");
  }
  set required(required: boolean) {
    this.toggleAttribute("required", required);
  }
  get disabled(): boolean {
    return this.hasAttribute("disabled");
  }
  set disabled(disabled: boolean) {
    this.toggleAttribute("disabled", disabled);
  }
  get defaultValue(): string {
    return this.getAttribute("value") ?? "";
  }
  set defaultValue(value: string) {
    this.setAttribute("value", value);
  }
  get type(): string {
    return this.localName;
  }
  get form(): HTMLFormElement | null {
    return this.#internals.form;
  }
  get labels(): NodeList {
    return this.#internals.labels;
  }
  get validity(): ValidityState {
    return this.#internals.validity;
  }
  get validationMessage(): string {
    return this.#internals.validationMessage;
  }
  get willValidate(): boolean {
    return this.#internals.willValidate;
  }
  checkValidity(): boolean {
    return this.#internals.checkValidity();
  }
  reportValidity(): boolean {
    return this.#internals.reportValidity();
  }

  /** Wipes what is drawn, and the value with it. Fires `input` and `change` where there was a value. */
  clear(): void {
    this.#wipe();
    this.#by("");
    this.#commit();
  }

  /** Takes the latest stroke back. */
  undo(): void {
    this.#lift();
    this.#gestures.pop();
    if (this.strokes.length === 0) return this.clear();
    this.#said = false;
    this.#drawn();
  }

  /**
   * Says what is drawn, whatever it was read as: that is the value then. Fires `teach` where something is drawn, and `input`
   * and `change` where the value is another. It does not change the network.
   */
  teach(what: number | string): void {
    const text = String(what);
    if (!this.#isValue(text)) throw new RangeError("A digit is a whole number from 0 to 9; with digits=\"many\" it may be a number like -12.5.");
    this.#lift();
    const { strokes } = this;
    const read = this.#reading;
    this.#typed = null;
    this.#said = true;
    this.#reading = null;
    this.#by(text);
    if (strokes.length > 0) this.#fire<TeachDetail>("teach", { digit: text.length === 1 ? Number(text) : null, text, read, strokes });
    this.#commit();
    this.#status.textContent = this.#words.said(text);
  }

  #isValue(text: string): boolean {
    return this.digits === "many" ? NUMBER.test(text) : /^\d$/.test(text);
  }

  /** A key of a number that is typed: it is said once it is whole, by Enter, or when one goes elsewhere. */
  #type(key: string): void {
    const typed = (this.#typed ?? "") + key;
    if (!BEGINNING.test(typed)) return;
    this.#typed = typed;
    this.#by(NUMBER.test(typed) ? typed : "");
    this.#answer.textContent = typed;
  }
  #typedIt(): void {
    const typed = this.#typed;
    this.#typed = null;
    if (typed !== null && this.#isValue(typed)) this.teach(typed);
    else if (typed !== null) this.#set(this.#value);
  }

  // What the browser calls.

  connectedCallback(): void {
    this.#speak();
    this.#around.observe(document.documentElement, { attributeFilter: ["lang"] });
    // So that all is there when the first stroke is.
    void this.read([]).catch(() => {});
  }
  disconnectedCallback(): void {
    this.#lift();
    clearTimeout(this.#rest);
    this.#around.disconnect();
  }
  attributeChangedCallback(name: string): void {
    if (name === "value" && !this.#touched) this.#put(this.defaultValue);
    this.#speak();
  }
  formDisabledCallback(disabled: boolean): void {
    this.#disabled = disabled;
    if (disabled) this.#lift();
    attributes(this.#pad, { tabindex: disabled ? "-1" : "0", "aria-disabled": String(disabled) });
    this.#clear.disabled = disabled;
  }
  formResetCallback(): void {
    this.#touched = false;
    this.#put(this.defaultValue);
  }
  formStateRestoreCallback(value: string): void {
    this.value = value;
  }

  #listen(): void {
    const pad = this.#pad;
    pad.addEventListener("pointerdown", (event) => this.#down(event));
    pad.addEventListener("pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
      pad.addEventListener(type, (event) => {
        if (this.#active?.pointer === event.pointerId) this.#lift();
      });
    }
    // No long-press menu under a finger, and no Scribble under an Apple Pencil: it swallows quick short strokes.
    pad.addEventListener("contextmenu", (event) => event.preventDefault());
    pad.addEventListener("touchmove", (event) => event.preventDefault(), { passive: false });
    pad.addEventListener("keydown", (event) => this.#key(event));
    pad.addEventListener("focus", () => this.#speak());
    pad.addEventListener("blur", () => this.#typedIt());
    this.#clear.addEventListener("click", () => {
      this.clear();
      this.#status.textContent = this.#words.cleared;
      pad.focus();
    });
  }

  #at({ clientX, clientY }: PointerEvent): [number, number] {
    const { left, top, width, height } = this.#pad.getBoundingClientRect();
    return [((clientX - left) / width) * PAD, ((clientY - top) / height) * PAD];
  }

  #down(event: PointerEvent): void {
    // One pointer draws at a time: a second finger neither scrolls nor garbles.
    if (this.#disabled || event.button !== 0 || this.#active) return;
    try {
      this.#pad.setPointerCapture(event.pointerId);
    } catch {
      // A pointer that is already gone (or made by a script) cannot be captured; its events come all the same.
    }
    this.#typedIt();
    if (this.#said) this.#wipe();
    const recorder = new Recorder(...this.#at(event));
    this.#active = { pointer: event.pointerId, recorder };
    this.#gestures.push(recorder.gesture);
    this.#drawn();
  }

  #move(event: PointerEvent): void {
    if (this.#active?.pointer !== event.pointerId) return;
    const { recorder } = this.#active;
    // Between two frames the pen was in more places than one.
    const coalesced = event.getCoalescedEvents?.() ?? [];
    let added = false;
    for (const each of coalesced.length > 0 ? coalesced : [event]) added = recorder.move(...this.#at(each)) || added;
    if (added) this.#drawn();
  }

  #lift(): void {
    if (!this.#active) return;
    this.#active.recorder.end();
    this.#active = null;
    this.#drawn();
  }

  #key(event: KeyboardEvent): void {
    if (this.#disabled || event.altKey) return;
    const digit = /^\d$/.test(event.key) ? event.key : event.shiftKey ? undefined : /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== "z" || event.shiftKey) return;
      this.undo();
    } else if (this.digits === "many" && (digit ?? (/^[-.,]$/.test(event.key) ? event.key : undefined)) !== undefined) this.#type(digit ?? event.key);
    else if (this.#typed !== null && event.key === "Enter") this.#typedIt();
    else if (this.#typed !== null && this.#typed !== "" && event.key === "Backspace") {
      const shorter = this.#typed.slice(0, -1);
      this.#typed = "";
      this.#type(shorter);
    } else if (digit !== undefined) this.teach(Number(digit));
    // With nothing to wipe Escape is the page's: it may close what the control is in.
    else if (["Backspace", "Delete", "Escape"].includes(event.key) && (this.#value !== "" || this.#gestures.length > 0)) {
      this.clear();
      this.#status.textContent = this.#words.cleared;
    } else return;
    event.preventDefault();
  }

  #drawn(): void {
    this.#touched = true;
    this.#paint();
    this.#ask();
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#rested(), PAUSE);
  }

  #paint(): void {
    const { strokes } = this;
    // A point alone is a line of no length, which not every browser draws.
    this.#ink.setAttribute("d", strokes.map((stroke) => `M${stroke.map((point) => point.join(" ")).join("L")}${stroke.length === 1 ? "h.01" : ""}`).join(""));
    this.#hint.hidden = strokes.length > 0 || this.#value !== "";
  }

  async #answerNow(): Promise<void> {
    const asked = this.strokes;
    const gestures = this.#gestures;
    if (asked.length === 0 || this.#said) return;
    const reading = await this.read(asked).catch((error: unknown) => {
      console.warn("trazo-pad:", error);
      return null;
    });
    // Wiped, or named, while it was being read: the answer is to a question that nobody asks any more.
    if (gestures !== this.#gestures || this.#said || this.#typed !== null) return;
    if (!reading) {
      this.#answer.textContent = this.#words.failed;
      this.#status.textContent = this.#words.failed;
      return;
    }
    this.#reading = reading;
    this.#by(reading.sure ? (reading.text ?? String(reading.digit ?? "")) : "");
    this.#fire<ReadDetail>("read", { ...reading, value: this.#value, confidence: chanceOf(reading) });
    if (!this.#rest) this.#rested();
  }

  /** The pen rests: what was read is said aloud, and the form hears of it. */
  #rested(): void {
    this.#rest = undefined;
    if (this.#active || !this.#reading || this.#said) return;
    const { notSure, percent, reads } = this.#words;
    this.#status.textContent = this.#value === "" ? notSure : reads(this.#value, percent(chanceOf(this.#reading)));
    this.#commit();
  }

  #inShort(): string {
    if (this.#value === "") return this.#reading ? this.#words.notSure : "";
    return this.#reading ? `${this.#value} · ${this.#words.percent(chanceOf(this.#reading))}` : this.#value;
  }

  /** A value from whoever uses the control. */
  #by(value: string): void {
    const other = value !== this.#value;
    this.#set(value);
    if (other) this.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  }

  #commit(): void {
    if (this.#committed === this.#value) return;
    this.#committed = this.#value;
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** A value from the page. */
  #put(value: string): void {
    this.#wipe();
    this.#set(this.#isValue(value) ? value : "");
    this.#committed = this.#value;
  }

  #set(value: string): void {
    this.#value = value;
    this.#internals.setFormValue(value === "" ? null : value, value);
    this.#answer.textContent = this.#inShort();
    this.#paint();
    this.#validate();
  }

  #wipe(): void {
    this.#active = null;
    this.#gestures = [];
    this.#reading = null;
    this.#said = false;
    this.#typed = null;
    clearTimeout(this.#rest);
    this.#rest = undefined;
    this.#status.textContent = "";
    this.#paint();
  }

  #validate(): void {
    const missing = this.required && this.#value === "";
    const message = this.#gestures.length > 0 ? this.#words.unread : this.#words.missing;
    this.#internals.setValidity(missing ? { valueMissing: true } : {}, missing ? message : "", this.#pad);
  }

  get #words(): ReturnType<typeof wordsFor> {
    return wordsFor(this);
  }

  /** The words that stand still, in the language of the page as it is now; and the name that it gives. */
  #speak(): void {
    const words: Words = this.#words;
    const { height, pen } = this.#sheet;
    attributes(this.#svg, { viewBox: `0 0 ${PAD} ${height}`, "stroke-width": String(pen) });
    for (const label of this.#internals.labels) this.#around.observe(label, { characterData: true, childList: true, subtree: true });
    const labels = Array.from(this.#internals.labels, (label) => label.textContent?.trim()).join(" ");
    attributes(this.#pad, { "aria-label": this.getAttribute("aria-label") || labels || this.label || words.label, "aria-roledescription": words.role });
    this.#hint.textContent = words.hint;
    this.#help.textContent = this.required ? `${words.required} ${words.help}` : words.help;
    this.#clear.textContent = words.clear;
    this.#set(this.#value);
  }

  #fire<T>(type: string, detail: T): void {
    this.dispatchEvent(new CustomEvent<T>(type, { detail, bubbles: true, composed: true }));
  }
}

/** A number as the pad takes it: as sure as the digit that is the least. */
export function asNumber(text: string, sure: boolean, digits: readonly { digit: number | null; probabilities: ArrayLike<number> }[]): PadReading {
  const most = (each: { probabilities: ArrayLike<number> }): number => Math.max(...Array.from(each.probabilities));
  const [least] = [...digits].sort((a, b) => most(a) - most(b));
  const [only, ...more] = digits;
  return { digit: more.length > 0 ? null : (only?.digit ?? null), sure, probabilities: least?.probabilities ?? Array.from({ length: 10 }, () => 0), text };
}

const chanceOf = ({ probabilities }: PadReading): number => Math.max(...Array.from(probabilities));

function part<K extends keyof HTMLElementTagNameMap>(tag: K, name: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.setAttribute("part", name);
  return element;
}

function attributes(element: Element, all: Record<string, string>): void {
  for (const [name, value] of Object.entries(all)) element.setAttribute(name, value);
}
