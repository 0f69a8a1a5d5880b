/**
 * What the core journeys ask of a browser, so that one and the same journey runs in Chromium (Playwright), Firefox
 * (WebDriver BiDi through Puppeteer) and WebKitGTK (WebDriver through Selenium). Elements are named by `data-testid`.
 */
export interface Tab {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs a function in the page; it sees nothing of this side but its arguments, which travel as JSON. */
  evaluate<A extends unknown[], R>(run: (...args: A) => R | Promise<R>, ...args: A): Promise<R>;
  /** A real click in the middle of the element, scrolled into view. */
  click(id: string): Promise<void>;
  /** A real key, by its name in `KeyboardEvent.key`: "5", "Enter", "ArrowLeft". */
  press(key: string): Promise<void>;
  /** Strokes in CSS pixels of the window, drawn with a real mouse. */
  draw(strokes: readonly Line[]): Promise<void>;
  /** Chooses an option of a `<select>` by its value. */
  select(id: string, value: string): Promise<void>;
  /** Puts a file of this machine into an `<input type=file>`. */
  choose(id: string, path: string): Promise<void>;
  /** Does something that makes the browser download a file, and gives the file. */
  download(trigger: () => Promise<void>): Promise<Download>;
  /** Another tab of the same browser, with the same things stored, in front of this one. */
  beside(): Promise<Tab>;
  /** Brings this tab before the others. */
  front(): Promise<void>;
  /** Closes this tab alone. */
  leave(): Promise<void>;
  /** Closes the browser, as far as it is this tab's, with all its tabs. */
  close(): Promise<void>;
}

/** A polyline: x, y pairs. */
export type Line = readonly (readonly [number, number])[];

export interface Download {
  name: string;
  bytes: Buffer;
}

/** A running browser. */
export interface Engine {
  /** A tab with nothing stored, apart from all others. */
  fresh(): Promise<Tab>;
  close(): Promise<void>;
}

export const byId = (id: string) => `[data-testid="${id}"]`;

/** The path of a browser from the environment (scripts/test sets it), else the usual place on Debian. */
export const binary = (variable: string, usual: string) => process.env[variable] || usual;
