/** `<trazo-pad>`: importing this defines it. */
import { asNumber, PadElement, type PadReading, type Points } from "../src/embed/element";
import { readDigit, readNumber } from "./index";

export type { PadReading, Points, ReadDetail, TeachDetail } from "../src/embed/element";

/** A form control that is written on: one digit, or with `digits="many"` a number, is its value. */
export class TrazoPad extends PadElement {
  /** The bytes of a `.trazo` model file that reads instead of the pretrained network, or null. */
  model: Uint8Array | null = null;

  protected async read(strokes: Points[]): Promise<PadReading> {
    if (this.digits === "one") return readDigit(strokes, this.model);
    const { text, sure, digits } = await readNumber(strokes, this.model);
    return asNumber(text, sure, digits);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "trazo-pad": TrazoPad;
  }
}

// Where there are no elements (a page that is made beforehand, in Node.js) there is nothing to define.
if (globalThis.customElements && !customElements.get("trazo-pad")) customElements.define("trazo-pad", TrazoPad);
