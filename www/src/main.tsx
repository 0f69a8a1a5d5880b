import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./app/shell.css";
import "./draw/draw.css";
import "./draw/draw-narrow.css";
import "./draw/draw-wide.css";
import "./draw/columns.css";
import "./files/files.css";
import "./examples/examples.css";
import "./history/history.css";
import "./experiment/experiment.css";
import "./styles/large.css";
import { render } from "preact";
import { keepFocus } from "./app/focus";
import { Shell } from "./app/shell";
import { restoreDrawing } from "./draw/keep";
import { start } from "./engine/state";
import { goOffline } from "./offline/update";
import { applyPreferences } from "./settings/preferences";

applyPreferences();
// The engine loads while the page is laid out; the pad can be drawn on meanwhile.
void start();
const root = document.getElementById("app");
if (root) {
  // What is there is for browsers that cannot read this script.
  root.textContent = "";
  render(<Shell />, root);
  keepFocus(root);
}
restoreDrawing();
goOffline();
