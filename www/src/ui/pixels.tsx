/** What a network is given, dot by dot, in the ink of the page. */
import { useEffect, useRef } from "preact/hooks";
import type { NetworkInput } from "../worker/protocol";
import { palette } from "./palette";
import "./pixels.css";

export function Pixels({ input, label, testid }: { input: NetworkInput | null; label: string; testid?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colors = palette.value;
  useEffect(() => {
    if (canvas.current) paint(canvas.current, input);
  }, [input, colors]);
  return <canvas ref={canvas} class="pixels" role="img" aria-label={label} data-testid={testid} width={28} height={28} />;
}

function paint(canvas: HTMLCanvasElement, input: NetworkInput | null): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { width, height } = input ?? canvas;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.clearRect(0, 0, width, height);
  if (!input) return;
  const [r = 0, g = 0, b = 0] = getComputedStyle(canvas).color.match(/\d+/g)?.map(Number) ?? [];
  const image = context.createImageData(width, height);
  input.pixels.forEach((ink, i) => image.data.set([r, g, b, ink], i * 4));
  context.putImageData(image, 0, 0);
}
