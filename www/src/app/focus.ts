/** The focus stays in the place where something was done, when the button that did it is no longer there. */

/** Watches what is within `root`, for as long as the page lives. */
export function keepFocus(root: HTMLElement): void {
  // The focused element and what it stands in, from within to without.
  let path: HTMLElement[] = [];
  root.addEventListener("focusin", ({ target }) => {
    path = [];
    for (let at = target instanceof HTMLElement ? target : null; at && at !== root; at = at.parentElement) path.push(at);
  });
  root.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (relatedTarget !== null || !(target instanceof HTMLElement)) return;
    // Also said of what is about to be taken away. What is still there in a moment the person has left of their own accord.
    setTimeout(() => {
      if (target === path[0] && target.isConnected) path = [];
    });
  });
  new MutationObserver(() => {
    if (!path[0] || path[0].isConnected || document.activeElement !== document.body) return;
    const place = path.find((each) => each.isConnected);
    path = [];
    if (!place) return;
    if (place.tabIndex < 0) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }).observe(root, { childList: true, subtree: true });
}
