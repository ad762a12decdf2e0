// Unread channels above or below what the sidebar shows at the moment, and the way to them.
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useState, type RefObject } from 'react';
import { t } from '@/i18n';
import { cx } from '@/lib/text';
import css from './sidebar.module.css';

const UNREAD = '[data-unread="true"]:not([aria-current])';
// A channel of which less than this is in view is not seen.
const SEEN_PX = 20;

type Side = 'above' | 'below';

function hidden(list: HTMLElement, side: Side): HTMLElement | undefined {
  const box = list.getBoundingClientRect();
  const rows = [...list.querySelectorAll<HTMLElement>(UNREAD)];
  // The nearest one, so that one after the other is passed.
  return side === 'above'
    ? rows.findLast((row) => row.getBoundingClientRect().bottom < box.top + SEEN_PX)
    : rows.find((row) => row.getBoundingClientRect().top > box.bottom - SEEN_PX);
}

export function OutOfView({ list }: { list: RefObject<HTMLElement | null> }) {
  const [sides, setSides] = useState('');
  useEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    const look = () => setSides((['above', 'below'] as const).filter((side) => hidden(element, side)).join(' '));
    look();
    const resized = new ResizeObserver(look);
    const changed = new MutationObserver(look);
    resized.observe(element);
    changed.observe(element, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-unread', 'aria-current'] });
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      resized.disconnect();
      changed.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [list]);
  const show = (side: Side) => list.current && hidden(list.current, side)?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  return sides.split(' ').filter((side): side is Side => side !== '').map((side) => (
    <button key={side} type="button" tabIndex={-1} className={cx(css.outOfView, css[side])} data-testid={`unread-${side}`} onClick={() => show(side)}>
      {side === 'above' ? <ArrowUp size={13} /> : <ArrowDown size={13} />}{t('sidebar.moreUnread')}
    </button>
  ));
}
