/** The engine's worker: what comes goes to the desk, and what the desk says goes to the page. */
import { Desk } from "./handlers";
import type { ToEngine } from "./protocol";
import { isLook } from "./wire";

const desk = new Desk((message, transfer = []) => self.postMessage(message, transfer));

self.addEventListener("unhandledrejection", (event) => desk.wire.fatal(event.reason));
self.onmessage = ({ data }: MessageEvent<ToEngine>) => {
  if ("note" in data) {
    desk.note(data);
  } else {
    desk.heard(isLook(data.call));
    void desk.wire.answer(data);
  }
};
