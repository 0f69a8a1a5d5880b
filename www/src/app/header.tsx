import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { chooseLanguage, chooseTheme, language, LANGUAGES, theme, THEMES } from "../settings/preferences";
import { href, MENU, route } from "../router";
import "./header.css";

const open = signal(false);
/** In their own language: who needs it must be able to find it. */
const NAMES = { en: "English", es: "Español" };

export function Header() {
  const words = t.value;
  const header = useRef<HTMLElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const close = (event: Event): void => {
      const within = header.current?.contains(event instanceof KeyboardEvent ? document.activeElement : (event.target as Node));
      if (event instanceof KeyboardEvent ? event.key !== "Escape" : within) return;
      // What has the focus in the menu goes with it.
      if (open.peek() && within) button.current?.focus();
      open.value = false;
    };
    addEventListener("keydown", close);
    addEventListener("pointerdown", close);
    return () => {
      removeEventListener("keydown", close);
      removeEventListener("pointerdown", close);
    };
  }, []);
  return (
    <header class="header" ref={header}>
      <a class="brand" href={href("draw")}>
        <Mark />
        <span>{words.app.name}</span>
      </a>
      <button
        type="button"
        class="menu-button"
        ref={button}
        data-testid="menu"
        aria-expanded={open.value}
        aria-controls="menu"
        onClick={() => (open.value = !open.value)}
      >
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
          <path d="M3 6h14M3 10h14M3 14h14" />
        </svg>{" "}
        {words.app.menu}
      </button>
      <div class="menu" id="menu" data-open={open.value}>
        <nav aria-label={words.app.main}>
          {MENU.map((each) => (
            <a
              key={each}
              href={href(each)}
              aria-current={route.value === each ? "page" : undefined}
              onClick={() => (open.value = false)}
            >
              {words.nav[each]}
            </a>
          ))}
        </nav>
        <div class="settings">
          <label class="field">
            <span class="unseen-wide">{words.app.language}</span>
            <select
              data-testid="language"
              value={language.value}
              onChange={(event) => chooseLanguage(event.currentTarget.value)}
            >
              {LANGUAGES.map((each) => (
                <option key={each} value={each} lang={each}>
                  {NAMES[each]}
                </option>
              ))}
            </select>
          </label>
          <label class="field">
            <span class="unseen-wide">{words.app.theme}</span>
            <svg class="icon wide" viewBox="0 0 20 20" aria-hidden="true">
              <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor" />
              <circle cx="10" cy="10" r="7" />
            </svg>
            <select data-testid="theme" value={theme.value} onChange={(event) => chooseTheme(event.currentTarget.value)}>
              {THEMES.map((each) => (
                <option key={each} value={each}>
                  {words.app.themes[each]}
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
    </header>
  );
}

/** A seven as it is written in Spain: the pen in black, the bar across in the color of the network. */
function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path class="mark-pen" d="M7 6h18L14 27" />
      <path class="mark-net" d="M10.5 16.5h13" />
    </svg>
  );
}
