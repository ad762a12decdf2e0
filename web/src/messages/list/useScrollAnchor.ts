// Connects the scroll anchor with a list on the page: measures it, writes its position, reports when it reaches or leaves its end.
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { Row } from './model';
import { distanceToEnd, ScrollAnchor, type Geometry } from './scrollAnchor';
import { useInputRest } from './useInputRest';

interface Options {
  rows: Row[];
  onNearStart?: () => void;
  onNearEnd?: () => void;
  onAtEnd?: (atEnd: boolean) => void;
}

// Left visible above the line where new messages begin.
const ABOVE_NEW_PX = 64;
// Closer to an edge than this, the next page is loaded.
const LOAD_ZONE_PX = 600;
// Farther from the end than this, a button offers to jump there.
const AWAY_PX = 900;
const CHECK_AFTER_MS = 60;

const measure = (element: HTMLElement): Geometry => ({ top: element.scrollTop, height: element.scrollHeight, viewport: element.clientHeight });

export function useScrollAnchor(scroller: RefObject<HTMLElement | null>, virtualizer: RefObject<VirtualizerHandle | null>, { rows, onNearStart, onNearEnd, onAtEnd }: Options) {
  const [anchor] = useState(() => new ScrollAnchor());
  const placed = useRef(false);
  const reportedAtEnd = useRef(true);
  const [away, setAway] = useState(false);

  const rowTop = useCallback((key: string): number | null => {
    const index = rows.findIndex((row) => row.key === key);
    const [element, list] = [scroller.current, virtualizer.current];
    if (index < 0 || !element || !list) return null;
    const top = list.getItemOffset(index);
    return rows[index]?.kind === 'post' ? top - (element.clientHeight - list.getItemSize(index)) / 2 : top - ABOVE_NEW_PX;
  }, [rows, scroller, virtualizer]);

  // The library's own scrolling to an index keeps correcting for a while, even while the reader scrolls. So the position
  // is written here: once, and again whenever measured rows have moved it.
  const write = useCallback(() => {
    const element = scroller.current;
    const { pending } = anchor;
    if (!element || !pending) return;
    const top = pending.kind === 'end' ? element.scrollHeight : rowTop(pending.key);
    if (top === null) {
      anchor.releaseRow();
      return;
    }
    element.scrollTop = top;
    anchor.written(measure(element));
  }, [anchor, rowTop, scroller]);

  const report = useCallback(() => {
    if (scroller.current) setAway(distanceToEnd(measure(scroller.current)) > AWAY_PX);
    if (anchor.atEnd === reportedAtEnd.current) return;
    reportedAtEnd.current = anchor.atEnd;
    onAtEnd?.(anchor.atEnd);
  }, [anchor, onAtEnd, scroller]);

  const latestUpdate = useRef<() => void>(() => undefined);
  const restartRest = useInputRest(useCallback(() => {
    anchor.inputEnded();
    latestUpdate.current();
  }, [anchor]));

  const onInput = useCallback(() => {
    anchor.inputStarted();
    restartRest();
  }, [anchor, restartRest]);

  const update = useCallback(() => {
    const element = scroller.current;
    // A list that is not displayed has no position.
    if (!element || !placed.current || element.clientHeight === 0) return;
    if (anchor.observe(measure(element))) onInput();
    write();
    report();
  }, [anchor, onInput, report, scroller, write]);
  useLayoutEffect(() => { latestUpdate.current = update; }, [update]);

  const onScroll = useCallback(() => {
    update();
    if (!scroller.current) return;
    const geometry = measure(scroller.current);
    if (geometry.top < LOAD_ZONE_PX) onNearStart?.();
    if (distanceToEnd(geometry) < LOAD_ZONE_PX) onNearEnd?.();
  }, [update, scroller, onNearStart, onNearEnd]);

  // Observed once, because observing calls back at once.
  useEffect(() => {
    const observer = new ResizeObserver(() => latestUpdate.current());
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [scroller]);

  // New rows may leave an edge in view without any scrolling.
  useEffect(() => {
    const timer = setTimeout(onScroll, CHECK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [rows, onScroll]);

  /** Sets the position at which the list opens: a row, or its end. */
  const place = useCallback((rowKey?: string) => {
    if (placed.current) return;
    placed.current = true;
    if (rowKey !== undefined) anchor.pinToRow(rowKey);
    reportedAtEnd.current = rowKey === undefined;
    write();
    if (reportedAtEnd.current) onAtEnd?.(true);
  }, [anchor, onAtEnd, write]);

  const toEnd = useCallback(() => {
    if (!placed.current) return;
    anchor.pinToEnd();
    write();
    report();
  }, [anchor, report, write]);

  /** Scrolls to rows that were added at the end, if the list is at its end. */
  const follow = useCallback(() => { if (anchor.atEnd) toEnd(); }, [anchor, toEnd]);

  const onPointerDown = useCallback(() => anchor.releaseRow(), [anchor]);
  // Keys pressed in a field do not scroll the list.
  const onKeyDown = useCallback((event: KeyboardEvent) => { if (!(event.target as HTMLElement).closest('input, textarea')) onInput(); }, [onInput]);
  // After the library's own effects, which may change the position.
  const onRowsCommitted = useCallback(() => queueMicrotask(() => latestUpdate.current()), []);

  return { away, place, toEnd, follow, onInput, onRowsCommitted, handlers: { onScroll, onWheel: onInput, onTouchMove: onInput, onPointerDown, onKeyDown } };
}
