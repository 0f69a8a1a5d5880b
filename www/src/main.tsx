import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/text.css";
import { render } from "preact";
import { keepFocus } from "./app/focus";
import { Shell } from "./app/shell";
import { keepDrawing, restoreDrawing } from "./draw/keep";
import { start } from "./state/engine";
import { goOffline } from "./offline/update";
import { applyPreferences } from "./settings/preferences";
import { followWipes } from "./state/wiped";
// Last: on paper it has the last word.
import "./styles/print.css";

applyPreferences();
// The engine loads while the page is laid out; the pad can be drawn on meanwhile.
void start();
const root = document.getElementById("app");
if (root) {
  // What is there is for those who never get here.
  root.textContent = "";
  render(<Shell />, root);
  keepFocus(root);
}
restoreDrawing();
followWipes();
addEventListener("pagehide", keepDrawing);
void goOffline();
