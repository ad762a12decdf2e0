// The virtual list under the timeline and the thread: keeps its place when pages arrive above, and stays at the end while there.
import { ArrowDown } from 'lucide-react';
import { createContext, memo, useContext, useEffect, useLayoutEffect, useRef, useState, type CSSProperties, type ReactNode, type Ref } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { t } from '@/i18n';
import { formatDay } from '@/lib/time';
import { useUi } from '@/state/ui';
import { PostRow } from '../rows/PostRow';
import css from './list.module.css';
import { grewAtStart, type Row } from './model';
import { useScrollAnchor } from './useScrollAnchor';

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
  const { away, place: placeAt, toEnd, follow, onInput, onRowsCommitted, handlers } = useScrollAnchor(scroller, handle, { rows, onNearStart, onNearEnd, onAtEnd });

  const [previous, setPrevious] = useState(rows);
  const [shift, setShift] = useState(false);
  if (previous !== rows) {
    setShift(grewAtStart(previous, rows));
    setPrevious(rows);
  }

  useLayoutEffect(() => {
    if (rows.length === 0) return;
    const target = rows.findIndex((r) => (focusId ? r.kind === 'post' && r.id === focusId : r.kind === 'new'));
    placeAt(target > 0 && !placeAtEnd ? rows[target]?.key : undefined);
  }, [rows, focusId, placeAtEnd, placeAt]);

  const lastKey = rows.at(-1)?.key;
  const followed = useRef(lastKey);
  useEffect(() => {
    if (followed.current !== lastKey) follow();
    followed.current = lastKey;
  }, [lastKey, follow]);

  useEffect(() => { if (ownKey) toEnd(); }, [ownKey]); // eslint-disable-line react-hooks/exhaustive-deps

  // A message may be opened for editing from the composer, and a row that is not mounted cannot come into view by itself.
  const editing = useUi((s) => s.editing);
  useEffect(() => {
    const index = editing ? rows.findIndex((r) => r.kind === 'post' && `${place}:${r.id}` === editing) : -1;
    if (index < 0) return;
    onInput();
    handle.current?.scrollToIndex(index, { align: 'nearest' });
  }, [editing]); // eslint-disable-line react-hooks/exhaustive-deps

  return (
    <div className={css.frame}>
      <div
        className={css.scroller} ref={scroller} role="log" aria-label={label} tabIndex={-1} data-testid={`${place}-messages`}
        {...handlers}
      >
        {place === 'channel' && <div className={css.spacer} />}
        <Committed.Provider value={onRowsCommitted}>
        <Virtualizer ref={handle} as={Rows} scrollRef={scroller} shift={shift} bufferSize={500} itemSize={64}>
          {rows.map((row) => <div key={row.key}>{renderRow(row, head, place, focusId)}</div>)}
        </Virtualizer>
        </Committed.Provider>
        <div className={css.end} />
      </div>
      {away && (
        <button type="button" className={css.jump} data-testid="jump-to-latest" onClick={onJump ?? toEnd}>
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
