// The virtual list under the timeline and the thread: keeps its place when pages arrive above, and stays at the end while there.
import { ArrowDown } from 'lucide-react';
import { createContext, memo, useCallback, useContext, useEffect, useLayoutEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode, type Ref } from 'react';
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

// What is shown above the line where the new messages begin.
const ABOVE_NEW = 64;
const NEAR = 600;
const STICK = 80;
// Measuring rows moves the list by less at a time.
const FAR = 200;
const MOVING_MS = 500;

const Committed = createContext(() => {});

// Around the rows, drawn again whenever one of them was measured: only then is the list as high as it will be painted.
function Rows({ children, style, ref }: { children: ReactNode; style: CSSProperties; ref?: Ref<HTMLDivElement> }) {
  const onCommit = useContext(Committed);
  useLayoutEffect(onCommit);
  // The library takes the pointer away while it scrolls; here messages that arrive scroll, and somebody may be about to click.
  return <div ref={ref} style={{ ...style, pointerEvents: 'auto' }}>{children}</div>;
}

export const MessageList = memo(function MessageList(props: MessageListProps) {
  const { rows, head, place, focusId, placeAtEnd, ownKey, label, unreadBelow, onNearStart, onNearEnd, onAtEnd, onJump } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const handle = useRef<VirtualizerHandle>(null);
  const atEnd = useRef(true);
  const placed = useRef(false);
  const lastTop = useRef(0);
  // Where the list was opened, other than at its end: kept in place while rows are measured, until somebody moves.
  const anchor = useRef<string | null>(null);
  // Somebody or something moves the list: rows that are measured on the way up must not pull it back to the end.
  const movedAt = useRef(0);
  const [away, setAway] = useState(false);

  const [previous, setPrevious] = useState(rows);
  const [shift, setShift] = useState(false);
  if (previous !== rows) {
    setShift(grewAtStart(previous, rows));
    setPrevious(rows);
  }

  // Sent there once; rows that are measured on the way send it again. The library's own way to an index goes on steering
  // for a while, against the hand that scrolls meanwhile.
  const toEnd = useCallback(() => {
    anchor.current = null;
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  const toAnchor = useCallback(() => {
    const index = rows.findIndex((r) => r.key === anchor.current);
    const [element, list] = [scroller.current, handle.current];
    if (index < 0 || !element || !list) return;
    const top = list.getItemOffset(index);
    const isMessage = rows[index]?.kind === 'post';
    element.scrollTop = isMessage ? top - (element.clientHeight - list.getItemSize(index)) / 2 : top - ABOVE_NEW;
  }, [rows]);

  useLayoutEffect(() => {
    if (rows.length === 0 || placed.current) return;
    placed.current = true;
    const target = rows.findIndex((r) => (focusId ? r.kind === 'post' && r.id === focusId : r.kind === 'new'));
    if (target > 0 && !placeAtEnd) {
      atEnd.current = false;
      anchor.current = rows[target]?.key ?? null;
      toAnchor();
    } else toEnd();
  }, [rows, focusId, placeAtEnd, toAnchor, toEnd]);

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
    if (index < 0) return;
    movedAt.current = performance.now();
    handle.current?.scrollToIndex(index, { align: 'nearest' });
  }, [editing]); // eslint-disable-line react-hooks/exhaustive-deps

  const onScroll = useCallback(() => {
    if (!scroller.current) return;
    // The page's own measures: the list learns of a new height of its window only after it has scrolled.
    const { scrollTop, scrollHeight, clientHeight } = scroller.current;
    const below = scrollHeight - scrollTop - clientHeight;
    // Rows that grow and a window that shrinks also take the end out of view; only going up means to leave it.
    const wentUp = scrollTop < lastTop.current;
    if (lastTop.current - scrollTop > FAR) anchor.current = null;
    lastTop.current = scrollTop;
    const end = below < STICK || (atEnd.current && !wentUp && !anchor.current);
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
    if (!placed.current) return;
    if (anchor.current) toAnchor();
    else if (atEnd.current && performance.now() - movedAt.current > MOVING_MS) toEnd();
  }, [toAnchor, toEnd]);
  const letGo = useCallback(() => { anchor.current = null; }, []);
  const move = useCallback(() => {
    anchor.current = null;
    movedAt.current = performance.now();
  }, []);
  // Keys are for the list where no field has them.
  const onKeyDown = useCallback((event: KeyboardEvent) => { if (!(event.target as HTMLElement).closest('input, textarea')) move(); }, [move]);

  const latestOnResize = useRef(onResize);
  useLayoutEffect(() => { latestOnResize.current = onResize; }, [onResize]);
  const onCommit = useCallback(() => queueMicrotask(() => latestOnResize.current()), []);
  // Observed once: an observer calls at once for whatever it is given.
  useEffect(() => {
    const observer = new ResizeObserver(() => latestOnResize.current());
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const timer = setTimeout(onScroll, 60);
    return () => clearTimeout(timer);
  }, [rows, onScroll]);

  return (
    <div className={css.frame}>
      <div
        className={css.scroller} ref={scroller} role="log" aria-label={label} tabIndex={-1} data-testid={`${place}-messages`}
        onWheel={move} onTouchMove={move} onPointerDown={letGo} onKeyDown={onKeyDown}
      >
        {place === 'channel' && <div className={css.spacer} />}
        <Committed.Provider value={onCommit}>
        <Virtualizer ref={handle} as={Rows} scrollRef={scroller} shift={shift} onScroll={onScroll} bufferSize={500} itemSize={64}>
          {rows.map((row) => <div key={row.key}>{renderRow(row, head, place, focusId)}</div>)}
        </Virtualizer>
        </Committed.Provider>
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
