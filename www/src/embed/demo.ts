/** `<trazo-pad>` on this site: read by the engine that is here anyway, with what it was taught. */
import type { HTMLAttributes } from "preact";
import { pack } from "../drawing/strokes";
import { engine, phase } from "../state/engine";
import { until } from "../state/until";
import { PadElement, type PadReading, type Points } from "./element";

export class DemoPad extends PadElement {
  protected async read(strokes: Points[]): Promise<PadReading> {
    await until(phase, (now) => now === "ready");
    const result = await engine.read(pack(strokes.map((stroke) => stroke.flat())));
    if (!result.ok) throw new Error(result.error.message);
    const { candidates, sure, probabilities } = result.value;
    return { digit: candidates[0] ?? null, sure, probabilities };
  }
}

customElements.define("trazo-pad", DemoPad);

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "trazo-pad": HTMLAttributes<DemoPad> & Partial<Pick<DemoPad, "name" | "required">>;
    }
  }
}
