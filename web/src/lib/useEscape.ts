// Escape closes the topmost panel; open menus and dialogs close first.
import { useEffect } from 'react';

export function useEscape(active: boolean, close: () => void): void {
  useEffect(() => {
    if (!active) return undefined;
    const onKey = (event: KeyboardEvent) => {
      // Menus and dialogs stop the event, except menus opened by touch or mouse, which have no focus. Tooltips do not count.
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('[aria-haspopup][data-popup-open]')) close();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [active, close]);
}
