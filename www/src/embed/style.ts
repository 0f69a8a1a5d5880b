/**
 * The looks of `<trazo-pad>`. The system's own colors follow the page's `color-scheme`, and the person's where they chose
 * theirs; whoever wants others sets the variables, or styles the parts: pad, ink, hint, foot, answer, clear.
 */
const css = `
  :host { position: relative; display: inline-block; box-sizing: border-box; width: var(--trazo-size, 12rem); max-width: 100%; vertical-align: top; }
  :host([hidden]) { display: none; }
  [part~="pad"] {
    position: relative;
    box-sizing: border-box;
    aspect-ratio: 1;
    border: 1px solid var(--trazo-line, color-mix(in srgb, CanvasText 60%, Canvas));
    border-radius: var(--trazo-round, 3px);
    background: var(--trazo-paper, Canvas);
    color: var(--trazo-ink, CanvasText);
    cursor: crosshair;
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
    -webkit-touch-callout: none;
    -webkit-tap-highlight-color: transparent;
  }
  :host([digits="many"]) { width: var(--trazo-size, 20rem); }
  :host([digits="many"]) [part~="pad"] { aspect-ratio: 2; }
  [part~="pad"]:focus-visible { outline: 3px solid var(--trazo-accent, Highlight); outline-offset: 2px; }
  [part~="ink"] { position: absolute; inset: 0; width: 100%; height: 100%; fill: none; stroke: currentColor; stroke-linecap: round; stroke-linejoin: round; pointer-events: none; }
  [part~="hint"] { position: absolute; inset: auto 0.5rem 8%; opacity: 0.75; text-align: center; pointer-events: none; }
  [part~="foot"] { display: flex; align-items: center; justify-content: space-between; gap: 0.5rem; min-height: 2.75rem; }
  [part~="answer"] { color: var(--trazo-accent, inherit); direction: ltr; unicode-bidi: isolate; font-weight: 600; font-variant-numeric: tabular-nums; }
  [part~="clear"] { flex: none; min-width: 2.75rem; min-height: 2.75rem; padding: 0 0.25rem; border: 0; background: none; color: inherit; font: inherit; text-decoration: underline; cursor: pointer; touch-action: manipulation; }
  :host(:disabled) { opacity: 0.5; }
  :host(:disabled) :is([part~="pad"], [part~="clear"]) { cursor: default; }
  [hidden] { display: none; }
  .unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

let sheet: CSSStyleSheet | undefined;

/** One for all pads. Made in code, so that a page whose policy forbids inline styles can have it. */
export function style(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}
