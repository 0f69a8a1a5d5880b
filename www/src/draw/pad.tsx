import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { palette } from "../ui/palette";
import { cursor, KeyboardPen } from "./cursor";
import { listen } from "./pointer";
import { pen, penDown, sheet, sheetIs, sheetVersion } from "./store";
import { Surface } from "./surface";
import "./pad.css";

/** `help`: what the keyboard does there, where it is not what it does on the drawing screen. */
export function Pad({ help }: { help?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const surface = useRef<Surface>(undefined);
  const keyboard = useRef<KeyboardPen>(undefined);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const ink = new Surface(element);
    const keys = new KeyboardPen(ink);
    surface.current = ink;
    keyboard.current = keys;
    const pointer = listen(element, ink, () => keys.hide());
    const release = pen.hold(() => {
      pointer.lift();
      keys.lift();
    });
    const unwatch = watchSize(element, (side) => {
      if (ink.resize(side)) ink.redraw(sheet.gestures);
    });
    return () => {
      release();
      keys.hide();
      pointer.stop();
      unwatch();
    };
  }, []);

  useSignalEffect(() => {
    void sheetVersion.value;
    // While the pen is down it draws its own line; everything else (undo, clear) draws the sheet anew.
    if (!penDown.peek()) surface.current?.redraw(sheet.gestures);
  });
  useSignalEffect(() => {
    void palette.value;
    surface.current?.redraw(sheet.gestures);
  });

  const words = t.value.pad;
  return (
    <div class="pad">
      <canvas
        ref={canvas}
        data-testid="pad"
        tabIndex={0}
        // The arrows draw here, so a screen reader must hand them over: that is what an application is.
        // oxlint-disable-next-line jsx-a11y/no-interactive-element-to-noninteractive-role
        role="application"
        aria-label={words.label}
        aria-roledescription={words.role}
        aria-describedby="pad-help"
        onKeyDown={(event) => keyboard.current?.key(event)}
        onBlur={() => keyboard.current?.hide()}
      />
      <Hint />
      <Cursor />
      <p id="pad-help" class="unseen">
        {help ?? words.help}
      </p>
    </div>
  );
}

function Hint() {
  if (!sheetIs.empty.value || cursor.value.shown) return null;
  return (
    <p class="pad-hint" aria-hidden="true">
      {t.value.pad.hint}
    </p>
  );
}

function Cursor() {
  const { x, y, shown, down } = cursor.value;
  if (!shown) return null;
  return <div class="pad-cursor" data-down={down} style={{ left: `${x / 10}%`, top: `${y / 10}%` }} />;
}

/** Tells the side of a square element in pixels of the screen, at each change of size, zoom or screen. */
function watchSize(element: HTMLElement, tell: (devicePixels: number) => void): () => void {
  const gone = new AbortController();
  const measure = (): void => tell(element.getBoundingClientRect().width * devicePixelRatio);
  const observer = new ResizeObserver(measure);
  observer.observe(element);
  // A zoom, or a window that is moved to another screen, need not change the size in CSS pixels. The query holds for one
  // density only, so it is asked anew each time.
  const watchDensity = (): void => {
    measure();
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", watchDensity, {
      once: true,
      signal: gone.signal,
    });
  };
  watchDensity();
  addEventListener("resize", measure, { signal: gone.signal });
  return () => {
    observer.disconnect();
    gone.abort();
  };
}
