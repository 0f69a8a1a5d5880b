/** Ink on a canvas, sharp at any size and pixel density. While the pen moves only what is new is drawn. */
import { PAD, PEN, type Gesture, type Stroke } from "../drawing/strokes";

export class Surface {
  private readonly context: CanvasRenderingContext2D | null;
  private scale = 0;
  private ink = "";
  /** How much of the growing gesture is on the canvas: whole strokes, then numbers of the last one. */
  private growing: Gesture | null = null;
  private strokesDone = 0;
  private numbersDone = 0;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d");
  }

  /** Gives the canvas one pixel for each of the screen's, and says whether it changed (a changed canvas is blank). */
  resize(devicePixels: number): boolean {
    const side = Math.max(1, Math.round(devicePixels));
    if (this.canvas.width === side && this.canvas.height === side) return false;
    this.canvas.width = side;
    this.canvas.height = side;
    this.scale = side / PAD;
    return true;
  }

  redraw(gestures: readonly Gesture[]): void {
    this.growing = null;
    // The ink is the text color of the canvas: black on paper, chalk on slate. Asked for here and not at each move.
    this.ink = getComputedStyle(this.canvas).color;
    this.begin();
    // In pad units, which begin() has just set: whatever the size of the canvas, this is all of it.
    this.context?.clearRect(0, 0, PAD, PAD);
    for (const gesture of gestures) for (const stroke of gesture.strokes) this.line(stroke, 0);
  }

  /** Draws what was added to the gesture since the last call. */
  extend(gesture: Gesture): void {
    if (this.growing !== gesture) {
      this.growing = gesture;
      this.strokesDone = 0;
      this.numbersDone = 0;
    }
    this.begin();
    for (let i = Math.max(0, this.strokesDone - 1); i < gesture.strokes.length; i += 1) {
      const stroke = gesture.strokes[i];
      if (!stroke) continue;
      const from = i < this.strokesDone ? this.numbersDone : 0;
      if (stroke.length > from) this.line(stroke, Math.max(0, from - 2));
      this.numbersDone = stroke.length;
    }
    this.strokesDone = gesture.strokes.length;
  }

  private begin(): void {
    const context = this.context;
    if (!context) return;
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    context.lineWidth = PEN;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.strokeStyle = this.ink;
    context.fillStyle = this.ink;
  }

  private line(stroke: Stroke, from: number): void {
    const context = this.context;
    const x = stroke[from];
    const y = stroke[from + 1];
    if (!context || x === undefined || y === undefined) return;
    context.beginPath();
    if (stroke.length - from === 2) {
      // A line of no length is not drawn by every browser; a dot is.
      context.arc(x, y, PEN / 2, 0, 2 * Math.PI);
      context.fill();
      return;
    }
    context.moveTo(x, y);
    for (let i = from + 2; i + 1 < stroke.length; i += 2) context.lineTo(stroke[i] ?? x, stroke[i + 1] ?? y);
    context.stroke();
  }
}
