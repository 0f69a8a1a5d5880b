/** `<trazo-pad>`: importing this defines it. */
import { PadElement, type PadReading, type Points } from "../src/embed/element";
import { readDigit } from "./index";

export type { PadReading, Points, ReadDetail, TeachDetail } from "../src/embed/element";

/** A form control that is written on: one digit, as its value. */
export class TrazoPad extends PadElement {
  /** The bytes of a `.trazo` model file that reads instead of the pretrained network, or null. */
  model: Uint8Array | null = null;

  protected read(strokes: Points[]): Promise<PadReading> {
    return readDigit(strokes, this.model);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "trazo-pad": TrazoPad;
  }
}

// Where there are no elements (a page that is made beforehand, in Node.js) there is nothing to define.
if (globalThis.customElements && !customElements.get("trazo-pad")) customElements.define("trazo-pad", TrazoPad);
