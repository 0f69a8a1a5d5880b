/** `<trazo-pad>` on this site: read by the engine that is here anyway, with what it was taught. */
import type { HTMLAttributes } from "preact";
import { pack } from "../drawing/strokes";
import { engine, phase } from "../state/engine";
import { until } from "../state/until";
import type { Drawing } from "../worker/protocol";
import { asNumber, PadElement, type PadReading, type Points } from "./element";

export class DemoPad extends PadElement {
  protected async read(strokes: Points[]): Promise<PadReading> {
    await until(phase, (now) => now === "ready");
    if (this.digits === "many") return this.#number(pack(strokes.map((stroke) => stroke.flat())));
    const result = await engine.read(pack(strokes.map((stroke) => stroke.flat())));
    if (!result.ok) throw new Error(result.error.message);
    const { candidates, sure, probabilities } = result.value;
    return { digit: candidates[0] ?? null, sure, probabilities };
  }

  async #number(drawing: Drawing): Promise<PadReading> {
    const result = await engine.readNumber(drawing, null);
    if (!result.ok) throw new Error(result.error.message);
    const { parts, signs } = result.value;
    const before = (place: number): string => signs.filter((sign) => sign.before === place).map(({ text }) => text).join("");
    const digits = parts.map(({ reading: { candidates, probabilities } }) => ({ digit: candidates[0] ?? null, probabilities }));
    const text = digits.map(({ digit }, place) => `${before(place)}${digit ?? ""}`).join("");
    return asNumber(text, parts.length > 0 && parts.every(({ reading }) => reading.sure), digits);
  }
}

customElements.define("trazo-pad", DemoPad);

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "trazo-pad": HTMLAttributes<DemoPad> & Partial<Pick<DemoPad, "name" | "required" | "digits">>;
    }
  }
}
