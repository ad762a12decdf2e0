// Buttons that scroll to unread channels above or below the visible part of the sidebar.
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useState, type RefObject } from 'react';
import { t } from '@/i18n';
import { cx } from '@/lib/text';
import css from './sidebar.module.css';

const UNREAD = '[data-unread="true"]:not([aria-current])';
// A channel counts as visible with at least this much of it in view.
const VISIBLE_PX = 20;

type Side = 'above' | 'below';

function nearestHidden(list: HTMLElement, side: Side): HTMLElement | undefined {
  const box = list.getBoundingClientRect();
  const rows = [...list.querySelectorAll<HTMLElement>(UNREAD)];
  return side === 'above'
    ? rows.findLast((row) => row.getBoundingClientRect().bottom < box.top + VISIBLE_PX)
    : rows.find((row) => row.getBoundingClientRect().top > box.bottom - VISIBLE_PX);
}

export function UnreadIndicators({ list }: { list: RefObject<HTMLElement | null> }) {
  const [sides, setSides] = useState('');
  useEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    const update = () => setSides((['above', 'below'] as const).filter((side) => nearestHidden(element, side)).join(' '));
    update();
    const resized = new ResizeObserver(update);
    const changed = new MutationObserver(update);
    resized.observe(element);
    changed.observe(element, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-unread', 'aria-current'] });
    element.addEventListener('scroll', update, { passive: true });
    return () => {
      resized.disconnect();
      changed.disconnect();
      element.removeEventListener('scroll', update);
    };
  }, [list]);
  const show = (side: Side) => list.current && nearestHidden(list.current, side)?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  return sides.split(' ').filter((side): side is Side => side !== '').map((side) => (
    <button key={side} type="button" tabIndex={-1} className={cx(css.unreadIndicator, css[side])} data-testid={`unread-${side}`} onClick={() => show(side)}>
      {side === 'above' ? <ArrowUp size={13} /> : <ArrowDown size={13} />}{t('sidebar.moreUnread')}
    </button>
  ));
}
