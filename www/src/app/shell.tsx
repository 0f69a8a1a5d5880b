import { useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { AboutScreen } from "../about/screen";
import { listenForUndo } from "../draw/keys";
import { DrawScreen } from "../draw/screen";
import { penDown } from "../draw/store";
import { ExamplesScreen } from "../examples/screen";
import { FilesScreen } from "../files/screen";
import { HistoryScreen } from "../history/screen";
import { onDemand } from "./on-demand";
import { DropAnywhere, OpenedNote } from "../files/open";
import { opened } from "../files/opening";
import { say } from "../state/status";
import { t } from "../i18n";
import { Banners } from "./banners";
import { Footer } from "./footer";
import { Header } from "./header";
import { route } from "../router";
import "./shell.css";

const SCREENS = {
  draw: DrawScreen,
  examples: ExamplesScreen,
  history: HistoryScreen,
  files: FilesScreen,
  about: AboutScreen,
  // Not needed for an answer: these come when they are asked for.
  picture: onDemand("picture", async () => (await import("../picture/screen")).PictureScreen),
  inside: onDemand("inside", async () => (await import("../inside/screen")).Inside),
  lab: onDemand("lab", async () => (await import("../lab/screen")).LabScreen),
  sheets: onDemand("sheets", async () => (await import("../lab/sheets")).Sheets),
  experiment: onDemand("experiment", async () => (await import("../experiment/screen")).ExperimentScreen),
  embed: onDemand("embed", async () => (await import("../embed/screen")).EmbedScreen),
};

/**
 * What stands above the screen. It does not push the pad away from under a pen that is down: it waits for the lift. `--notes`
 * is how high it is: on a phone the pad makes room for it.
 */
function Notes() {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return undefined;
    const observer = new ResizeObserver(() => {
      current.parentElement?.style.setProperty("--notes", `${current.offsetHeight}px`);
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  useSignalEffect(() => {
    const { current } = box;
    if (!current) return;
    const height = penDown.value ? `${current.offsetHeight}px` : "";
    current.style.height = height;
    current.style.overflow = height && "clip";
  });
  return (
    <div ref={box} data-testid="notes">
      <Banners />
      <OpenedNote />
    </div>
  );
}

export function Shell() {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(route.peek());
  const words = t.value;
  const Screen = SCREENS[route.value];

  useEffect(listenForUndo, []);
  useSignalEffect(() => {
    const { app, nav } = t.value;
    document.title = route.value === "draw" ? `${app.name}: ${app.tagline}` : `${nav[route.value]} · ${app.name}`;
  });
  useSignalEffect(() => {
    const now = route.value;
    if (shown.current === now) return;
    shown.current = now;
    // What came of a file, or of anything else, was for the screen on which it was done.
    opened.value = null;
    say(() => "");
    // After the screen has changed: the heading tells a screen reader where it is.
    requestAnimationFrame(() => {
      scrollTo(0, 0);
      main.current?.querySelector("h1")?.focus({ preventScroll: true });
    });
  });

  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // The hash is the address of the screen: go there without it.
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {words.app.skip}
      </a>
      <Header />
      <main id="main" data-screen={route.value} ref={main} tabIndex={-1}>
        <Notes />
        <Screen />
      </main>
      <Footer />
      <DropAnywhere />
    </>
  );
}
