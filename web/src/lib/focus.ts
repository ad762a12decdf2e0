// Where the keyboard goes when what it was in has left the page.

/** Puts it into the composer, unless something has it: what closes may hand it on by itself. */
export function refocus(place: 'channel' | 'thread' = 'channel'): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) composerOf(place)?.focus();
  });
}

/** The composer to type into; none where focus would raise a keyboard on the screen. */
export function composerOf(place: 'channel' | 'thread' = 'channel'): HTMLElement | null {
  return window.matchMedia('(hover: hover)').matches ? document.querySelector<HTMLElement>(`[data-composer="${place}"]`) : null;
}
