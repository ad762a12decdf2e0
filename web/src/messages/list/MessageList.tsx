// The virtual list of a channel or a thread: keeps its position when pages are added above, and its end in view while it is there.
import { ArrowDown } from 'lucide-react';
import { createContext, memo, useContext, useEffect, useLayoutEffect, useRef, useState, type CSSProperties, type ReactNode, type Ref } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { t } from '@/i18n';
import { formatDay } from '@/lib/time';
import { useUi } from '@/state/ui';
import { PostRow } from '../rows/PostRow';
import css from './list.module.css';
import { addedAtStart, type Row } from './model';
import { useScrollAnchor } from './useScrollAnchor';

interface MessageListProps {
  rows: Row[];
  head: ReactNode;
  place: 'channel' | 'thread';
  focusId?: string;
  placeAtEnd?: boolean;
  // The key of the user's own new message, while it is the last row.
  ownKey?: string;
  label: string;
  unreadBelow?: boolean;
  onNearStart?: () => void;
  onNearEnd?: () => void;
  onAtEnd?: (atEnd: boolean) => void;
  onJump?: () => void;
}

const RowsCommitted = createContext(() => {});

// The container of the rows. It is rendered whenever a row has been measured; the list has its new height then.
function Rows({ children, style, ref }: { children: ReactNode; style: CSSProperties; ref?: Ref<HTMLDivElement> }) {
  const onCommit = useContext(RowsCommitted);
  useLayoutEffect(onCommit);
  // The library disables pointer events while it scrolls; here new messages scroll the list, during which one may click.
  return <div ref={ref} style={{ ...style, pointerEvents: 'auto' }}>{children}</div>;
}

export const MessageList = memo(function MessageList(props: MessageListProps) {
  const { rows, head, place, focusId, placeAtEnd, ownKey, label, unreadBelow, onNearStart, onNearEnd, onAtEnd, onJump } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useRef<VirtualizerHandle>(null);
  const { away, place: placeAt, toEnd, follow, onInput, onRowsCommitted, handlers } = useScrollAnchor(scroller, virtualizer, { rows, onNearStart, onNearEnd, onAtEnd });

  const [previous, setPrevious] = useState(rows);
  const [shift, setShift] = useState(false);
  if (previous !== rows) {
    setShift(addedAtStart(previous, rows));
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

  // The composer opens messages for editing whose row may not be mounted, and so cannot scroll itself into view.
  const editing = useUi((s) => s.editing);
  useEffect(() => {
    const index = editing ? rows.findIndex((r) => r.kind === 'post' && `${place}:${r.id}` === editing) : -1;
    if (index < 0) return;
    onInput();
    virtualizer.current?.scrollToIndex(index, { align: 'nearest' });
  }, [editing]); // eslint-disable-line react-hooks/exhaustive-deps

  return (
    <div className={css.frame}>
      <div
        className={css.scroller} ref={scroller} role="log" aria-label={label} tabIndex={-1} data-testid={`${place}-messages`}
        {...handlers}
      >
        {place === 'channel' && <div className={css.spacer} />}
        <RowsCommitted.Provider value={onRowsCommitted}>
        <Virtualizer ref={virtualizer} as={Rows} scrollRef={scroller} shift={shift} bufferSize={500} itemSize={64}>
          {rows.map((row) => <div key={row.key}>{renderRow(row, head, place, focusId)}</div>)}
        </Virtualizer>
        </RowsCommitted.Provider>
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
