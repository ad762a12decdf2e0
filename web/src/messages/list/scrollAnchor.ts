// What a scrolling list keeps in view while its layout changes: its end until the reader scrolls away, a row, or nothing.
// It touches no elements: it takes measurements, and returns which position is to be written.

/** In pixels: `scrollTop`, `scrollHeight` and `clientHeight`. */
export interface Geometry {
  top: number;
  height: number;
  viewport: number;
}

export type Anchor = { kind: 'end' } | { kind: 'row'; key: string } | { kind: 'none' };

/** Closer to its end than this, the list counts as being at its end. */
export const END_ZONE_PX = 80;

// Positions have fractions, heights have none.
const TOLERANCE_PX = 1;

// Heights of the viewport that are remembered: of a window, of a phone with its keyboard, and of both when turned.
const VIEWPORTS_MAX = 4;

const NONE: Anchor = { kind: 'none' };
const END: Anchor = { kind: 'end' };

export const distanceToEnd = ({ top, height, viewport }: Geometry) => height - top - viewport;

export class ScrollAnchor {
  #anchor: Anchor = END;
  #last: Geometry = { top: 0, height: 0, viewport: 0 };
  // Earlier heights of the viewport, the latest first.
  #viewports: number[] = [];
  // How far from the end the reader stopped, within the zone that counts as the end.
  #restDistance = 0;
  #inputActive = false;
  #unwritten = true;

  /** Whether the list counts as being at its end: new rows are scrolled into view there, and are read. */
  get atEnd(): boolean {
    return this.#anchor.kind === 'end' || (this.#anchor.kind === 'row' && this.#isNearEnd());
  }

  pinToEnd(): void {
    this.#anchor = END;
    this.#restDistance = 0;
    this.#inputActive = false;
    this.#unwritten = true;
  }

  pinToRow(key: string): void {
    this.#anchor = { kind: 'row', key };
    this.#unwritten = true;
  }

  /** The reader may be about to scroll: a row is no longer kept in its place. */
  releaseRow(): void {
    if (this.#anchor.kind === 'row') this.#anchorHere();
  }

  /** Wheel, touch or keys: until the input ends, every movement is the reader's and nothing is written. */
  inputStarted(): void {
    this.#inputActive = true;
    this.releaseRow();
  }

  inputEnded(): void {
    this.#inputActive = false;
  }

  /**
   * Takes a measurement, and returns whether the reader has moved the list. Without input the heights decide: a browser
   * that limits the position to a new layout, or a virtual list that measures its rows, changes one of them as well. When
   * a keyboard opens, the viewport may grow back for a moment, unmeasured: that leaves the list at the end of an earlier
   * viewport. (Any other height that changes and changes back before it is measured looks like the reader; nothing in the
   * client may do so.)
   */
  observe(next: Geometry): boolean {
    const resized = next.height !== this.#last.height || next.viewport !== this.#last.viewport;
    const moved = Math.abs(next.top - this.#last.top) > TOLERANCE_PX;
    if (this.#anchor.kind === 'row' && next.viewport !== this.#last.viewport && this.#isEndInView()) this.#anchor = END;
    if (next.viewport !== this.#last.viewport) this.#rememberViewport(this.#last.viewport);
    this.#last = next;
    const byReader = moved && (this.#inputActive || !(resized || this.#isAtEarlierEnd()));
    if (byReader || (this.#anchor.kind === 'none' && this.#isNearEnd())) this.#anchorHere();
    this.#restDistance = Math.min(this.#restDistance, Math.max(0, distanceToEnd(next)));
    return byReader;
  }

  /** The anchor whose position is to be written, because the list has moved away from it or may have. */
  get pending(): Exclude<Anchor, { kind: 'none' }> | null {
    if (this.#inputActive || this.#anchor.kind === 'none') return null;
    const movedAway = this.#anchor.kind === 'row' || distanceToEnd(this.#last) > this.#restDistance + TOLERANCE_PX;
    return this.#unwritten || movedAway ? this.#anchor : null;
  }

  /** Takes the measurement after a position was written. */
  written(next: Geometry): void {
    this.#last = next;
    this.#restDistance = 0;
    this.#unwritten = false;
  }

  // Then the reader of a row is at the end too, and another viewport is to keep that in view.
  #isEndInView(): boolean {
    return this.#last.viewport > 0 && distanceToEnd(this.#last) <= TOLERANCE_PX;
  }

  #isAtEarlierEnd(): boolean {
    const { top, height, viewport } = this.#last;
    return this.#viewports.some((earlier) => earlier > viewport && Math.abs(height - earlier - top) <= TOLERANCE_PX);
  }

  #rememberViewport(viewport: number): void {
    this.#viewports = [viewport, ...this.#viewports.filter((other) => other !== viewport)].slice(0, VIEWPORTS_MAX);
  }

  #isNearEnd(): boolean {
    return distanceToEnd(this.#last) < END_ZONE_PX;
  }

  #anchorHere(): void {
    this.#anchor = this.#isNearEnd() ? END : NONE;
    this.#restDistance = Math.max(0, distanceToEnd(this.#last));
    this.#unwritten = false;
  }
}
