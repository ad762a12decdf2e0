// Where the focus goes when the element that had it is removed.

/** Focuses the composer, unless something else has the focus: a dialog may have passed it on. */
export function focusComposer(place: 'channel' | 'thread' = 'channel'): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) findComposer(place)?.focus();
  });
}

/** The composer; null on touch screens, where focus would open the keyboard. */
export function findComposer(place: 'channel' | 'thread' = 'channel'): HTMLElement | null {
  return window.matchMedia('(hover: hover)').matches ? document.querySelector<HTMLElement>(`[data-composer="${place}"]`) : null;
}
