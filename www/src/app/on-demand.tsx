/** A screen that is not part of what the first visit loads. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import type { Route } from "../router";

/** Until the screen is there its heading stands for it, with the focus where it came by a change of screen. */
export function onDemand(route: Route, load: () => Promise<ComponentType>): ComponentType {
  const loaded = signal<{ Body: ComponentType } | "failed" | null>(null);
  return function OnDemand() {
    const heading = useRef<HTMLHeadingElement>(null);
    const now = loaded.value;
    const there = now !== null && now !== "failed";
    // Asked before it is taken away.
    const focused = heading.current !== null && document.activeElement === heading.current;
    useEffect(() => {
      if (!there) load().then((Body) => (loaded.value = { Body }), () => (loaded.value = "failed"));
    }, []);
    useLayoutEffect(() => {
      if (there && focused) document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
    }, [there]);
    if (there) return <now.Body />;
    const words = t.value;
    return (
      <div class="text" aria-busy={now === null} data-loading={now === null ? "" : undefined}>
        <h1 tabIndex={-1} ref={heading}>
          {words.nav[route]}
        </h1>
        {now ? (
          <>
            <p role="alert">{words.errors["worker-missing"]}</p>
            {/* Some browsers do not ask again for a module that did not come. The drawing stays. */}
            <button type="button" class="button" onClick={() => location.reload()}>
              {words.failed.retry}
            </button>
          </>
        ) : null}
      </div>
    );
  };
}
