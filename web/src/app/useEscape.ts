// Escape closes what is on top of the page; whatever floats above that closes first.
import { useEffect } from 'react';

export function useEscape(active: boolean, close: () => void): void {
  useEffect(() => {
    if (!active) return undefined;
    const onKey = (event: KeyboardEvent) => {
      // What floats stops the event, but a menu opened by touch or mouse has no focus to hear it. A tooltip does not count.
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('[aria-haspopup][data-popup-open]')) close();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [active, close]);
}
