// The virtual list under the timeline and the thread: keeps its place when pages arrive above, and stays at the end while there.
import { ArrowDown } from 'lucide-react';
import { memo, useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { t } from '@/i18n';
import { formatDay } from '@/lib/time';
import { useUi } from '@/state/ui';
import { PostRow } from '../rows/PostRow';
import css from './list.module.css';
import { grewAtStart, type Row } from './model';

interface MessageListProps {
  rows: Row[];
  head: ReactNode;
  place: 'channel' | 'thread';
  focusId?: string;
  placeAtEnd?: boolean;
  // The row of something I just wrote, while it is the last one.
  ownKey?: string;
  label: string;
  unreadBelow?: boolean;
  onNearStart?: () => void;
  onNearEnd?: () => void;
  onAtEnd?: (atEnd: boolean) => void;
  onJump?: () => void;
}

// As high as the empty strip below the last row.
const END_GAP = 14;
const NEAR = 600;
const STICK = 80;

export const MessageList = memo(function MessageList(props: MessageListProps) {
  const { rows, head, place, focusId, placeAtEnd, ownKey, label, unreadBelow, onNearStart, onNearEnd, onAtEnd, onJump } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const handle = useRef<VirtualizerHandle>(null);
  const atEnd = useRef(true);
  const placed = useRef(false);
  const lastTop = useRef(0);
  const [away, setAway] = useState(false);

  const [previous, setPrevious] = useState(rows);
  const [shift, setShift] = useState(false);
  if (previous !== rows) {
    setShift(grewAtStart(previous, rows));
    setPrevious(rows);
  }

  const toEnd = useCallback((smooth = false) => {
    handle.current?.scrollToIndex(rows.length - 1, { align: 'end', smooth, offset: END_GAP });
  }, [rows.length]);

  useLayoutEffect(() => {
    if (rows.length === 0 || placed.current) return;
    placed.current = true;
    const target = focusId ? rows.findIndex((r) => r.kind === 'post' && r.id === focusId) : rows.findIndex((r) => r.kind === 'new');
    if (target > 0 && !placeAtEnd) {
      atEnd.current = false;
      handle.current?.scrollToIndex(target, { align: focusId ? 'center' : 'start', offset: focusId ? 0 : -64 });
    } else toEnd();
  }, [rows, focusId, placeAtEnd, toEnd]);

  const lastKey = rows.at(-1)?.key;
  useEffect(() => {
    if (placed.current && atEnd.current) toEnd();
  }, [lastKey, toEnd]);

  useEffect(() => {
    if (!ownKey || !placed.current) return;
    atEnd.current = true;
    toEnd();
  }, [ownKey]); // eslint-disable-line react-hooks/exhaustive-deps

  // A message may be opened for editing from the composer, and a row that is not mounted cannot come into view by itself.
  const editing = useUi((s) => s.editing);
  useEffect(() => {
    const index = editing ? rows.findIndex((r) => r.kind === 'post' && `${place}:${r.id}` === editing) : -1;
    if (index >= 0) handle.current?.scrollToIndex(index, { align: 'nearest' });
  }, [editing]); // eslint-disable-line react-hooks/exhaustive-deps

  const onScroll = useCallback(() => {
    if (!scroller.current) return;
    // The page's own measures: the list learns of a new height of its window only after it has scrolled.
    const { scrollTop, scrollHeight, clientHeight } = scroller.current;
    const below = scrollHeight - scrollTop - clientHeight;
    // Rows that grow and a window that shrinks also take the end out of view; only going up means to leave it.
    const wentUp = scrollTop < lastTop.current;
    lastTop.current = scrollTop;
    const end = below < STICK || (atEnd.current && !wentUp);
    if (end !== atEnd.current) {
      atEnd.current = end;
      onAtEnd?.(end);
    }
    setAway(below > 900);
    if (scrollTop < NEAR) onNearStart?.();
    if (below < NEAR) onNearEnd?.();
  }, [onAtEnd, onNearStart, onNearEnd]);

  // Images, late fonts, a smaller window, a taller composer: whoever was reading the end is kept there.
  const onResize = useCallback(() => {
    if (placed.current && atEnd.current) toEnd();
  }, [toEnd]);

  useEffect(() => {
    const observer = new ResizeObserver(onResize);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [onResize]);

  useEffect(() => {
    const timer = setTimeout(onScroll, 60);
    return () => clearTimeout(timer);
  }, [rows, onScroll]);

  return (
    <div className={css.frame}>
      <div className={css.scroller} ref={scroller} role="log" aria-label={label} tabIndex={-1} data-testid={`${place}-messages`}>
        {place === 'channel' && <div className={css.spacer} />}
        <Virtualizer ref={handle} scrollRef={scroller} shift={shift} onScroll={onScroll} onResize={onResize} bufferSize={500} itemSize={64}>
          {rows.map((row) => <div key={row.key}>{renderRow(row, head, place, focusId)}</div>)}
        </Virtualizer>
        <div className={css.end} />
      </div>
      {away && (
        <button type="button" className={css.jump} data-testid="jump-to-latest" onClick={() => { atEnd.current = true; if (onJump) onJump(); else toEnd(); }}>
          <ArrowDown size={15} />
          {unreadBelow ? t('list.newBelow') : t('list.jump')}
        </button>
      )}
    </div>
  );
});

function renderRow(row: Row, head: ReactNode, place: 'channel' | 'thread', focusId?: string): ReactNode {
  switch (row.kind) {
    case 'head': return head;
    case 'day': return <div className={css.day} role="separator"><span>{formatDay(row.at)}</span></div>;
    case 'new': return <div className={css.new} role="separator" data-testid="new-messages-line"><span>{t('list.new')}</span></div>;
    case 'post': return <PostRow id={row.id} compact={row.compact} place={place} focused={row.id === focusId} />;
  }
}
