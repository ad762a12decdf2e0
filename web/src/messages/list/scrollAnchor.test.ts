// The anchor against a model of what browsers and the virtual list do to a scrolling element, in every order that may come.
import { describe, expect, it } from 'vitest';
import { distanceToEnd, END_ZONE_PX, ScrollAnchor, type Geometry } from './scrollAnchor';

const ROW_TOP = 300;

/** A scrolling element: it keeps its position within bounds, and reports changes later than they happen. */
class Scroller {
  anchor = new ScrollAnchor();
  writes = 0;
  #top = 0;
  #observed = '';

  constructor(public height: number, public viewport: number) {
    this.anchor.pinToEnd();
    this.#write();
  }

  get geometry(): Geometry {
    // Reading forces the layout, in which the browser moves the position into its bounds.
    this.#top = Math.min(this.#top, Math.max(0, this.height - this.viewport));
    return { top: this.#top, height: this.height, viewport: this.viewport };
  }

  get distance(): number {
    return distanceToEnd(this.geometry);
  }

  resize(viewport: number): void {
    this.viewport = viewport;
  }

  /** Rows at the end become higher or lower. */
  growAtEnd(by: number): void {
    this.height = Math.max(0, this.height + by);
  }

  /** Rows above become higher or lower, and the virtual list keeps what is in view where it is. */
  growAbove(by: number): void {
    this.height = Math.max(0, this.height + by);
    this.#top = Math.max(0, this.geometry.top + by);
  }

  /** The virtual list writes a position that it worked out before the last layout. */
  overwrite(top: number): void {
    this.#top = Math.max(0, top);
  }

  scrollBy(by: number): void {
    this.#top = Math.max(0, this.geometry.top + by);
  }

  /** A scroll event, an observed resize, or rows that were rendered. */
  notify(): boolean {
    this.#observed = this.#sizes;
    const byReader = this.anchor.observe(this.geometry);
    this.#write();
    return byReader;
  }

  /** Whether its heights are those that were observed last, though they may have been others meanwhile. */
  get looksUnresized(): boolean {
    return this.#sizes === this.#observed;
  }

  get #sizes(): string {
    return `${this.height} ${this.viewport}`;
  }

  #write(): void {
    const { pending } = this.anchor;
    if (!pending) return;
    this.#top = pending.kind === 'end' ? this.height : ROW_TOP;
    this.anchor.written(this.geometry);
    this.writes += 1;
  }
}

/** Numbers that look random and are the same each time. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('a list that is pinned to its end', () => {
  it('stays there when its viewport shrinks, grows, and shrinks again', () => {
    const list = new Scroller(2010, 640);
    for (const viewport of [340, 640, 200, 1900, 340]) {
      list.resize(viewport);
      list.notify();
      expect(list.distance).toBe(0);
    }
  });

  it('stays there when the browser makes room and takes it back before either is reported', () => {
    const list = new Scroller(2010, 384);
    list.resize(640);
    expect(list.geometry.top).toBe(1370);
    list.resize(340);
    list.notify();
    expect(list.distance).toBe(0);
    expect(list.anchor.atEnd).toBe(true);
  });

  it('stays there when a viewport that shrank grows back and shrinks again before that is reported', () => {
    const list = new Scroller(4872, 632);
    list.resize(268);
    list.notify();
    list.resize(632);
    expect(list.geometry.top).toBe(4240);
    list.resize(268);
    expect(list.notify()).toBe(false);
    expect(list.distance).toBe(0);
  });

  it('returns there when a position from before the resize is written over its own', () => {
    const list = new Scroller(2010, 640);
    list.resize(340);
    list.notify();
    list.growAbove(24);
    list.overwrite(1370 + 24);
    list.notify();
    expect(list.distance).toBe(0);
  });

  it('stays there through any order of resizes, measurements and reports', () => {
    const lost: number[] = [];
    for (let seed = 1; seed <= 500; seed += 1) {
      const random = randomNumbers(seed);
      const list = new Scroller(400 + Math.round(random() * 4000), 200 + Math.round(random() * 800));
      list.notify();
      for (let step = 0; step < 60; step += 1) {
        const amount = Math.round(random() * 600) - 300;
        const steps: Array<() => unknown> = [
          () => list.resize(Math.max(100, list.viewport + amount)),
          () => list.growAtEnd(amount),
          () => { list.growAbove(amount); list.notify(); },
          () => list.geometry,
          () => list.notify(),
        ];
        steps[Math.floor(random() * steps.length)]?.();
        if (list.looksUnresized) list.growAtEnd(1);
      }
      list.notify();
      if (!list.anchor.atEnd || list.distance > 1) lost.push(seed);
    }
    expect(lost).toEqual([]);
  });

  it('is left by the reader, with input or without', () => {
    for (const withInput of [true, false]) {
      const list = new Scroller(2000, 500);
      if (withInput) list.anchor.inputStarted();
      list.scrollBy(-END_ZONE_PX);
      expect(list.notify()).toBe(true);
      list.anchor.inputEnded();
      expect(list.anchor.atEnd).toBe(false);
      list.growAtEnd(300);
      list.notify();
      expect(list.distance).toBe(END_ZONE_PX + 300);
    }
  });

  it('is left in small steps', () => {
    const list = new Scroller(2000, 500);
    for (let step = 0; step < 20; step += 1) {
      list.scrollBy(-5);
      list.notify();
    }
    expect(list.distance).toBe(100);
    expect(list.anchor.atEnd).toBe(false);
  });

  it('is left while the rows on the way up are measured', () => {
    const list = new Scroller(2000, 500);
    list.anchor.inputStarted();
    for (let step = 0; step < 4; step += 1) {
      list.scrollBy(-30);
      list.growAbove(step % 2 ? 40 : -15);
      list.notify();
    }
    list.anchor.inputEnded();
    list.notify();
    expect(list.anchor.atEnd).toBe(false);
    expect(list.distance).toBe(120);
  });

  it('waits for the reader’s input to rest before it returns', () => {
    const list = new Scroller(2000, 500);
    list.anchor.inputStarted();
    list.resize(200);
    list.notify();
    expect(list.distance).toBe(300);
    list.anchor.inputEnded();
    list.notify();
    expect(list.distance).toBe(0);
  });

  it('leaves a reader alone who stopped just above it, until the layout moves the end away', () => {
    const list = new Scroller(2000, 500);
    list.anchor.inputStarted();
    list.scrollBy(-40);
    list.notify();
    list.growAbove(90);
    list.anchor.inputEnded();
    list.notify();
    expect(list.distance).toBe(40);
    list.growAtEnd(20);
    list.notify();
    expect(list.distance).toBe(0);
  });
});

describe('a list that the reader has left', () => {
  it('is never moved, whatever is measured or resized', () => {
    const moved: number[] = [];
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = randomNumbers(seed);
      const list = new Scroller(6000, 500);
      list.scrollBy(-2500);
      list.notify();
      list.anchor.inputEnded();
      const { writes } = list;
      for (let step = 0; step < 40; step += 1) {
        const amount = Math.round(random() * 100) - 50;
        const steps = [() => list.resize(500 + amount), () => list.growAtEnd(Math.abs(amount)), () => list.growAbove(amount)];
        steps[Math.floor(random() * steps.length)]?.();
        list.notify();
      }
      if (list.anchor.atEnd || list.writes > writes) moved.push(seed);
    }
    expect(moved).toEqual([]);
  });

  it('is pinned again where its end comes into view', () => {
    const list = new Scroller(2000, 500);
    list.scrollBy(-600);
    list.notify();
    list.anchor.inputEnded();
    list.scrollBy(560);
    list.notify();
    list.anchor.inputEnded();
    expect(list.anchor.atEnd).toBe(true);
    list.growAtEnd(200);
    list.notify();
    expect(list.distance).toBe(0);
  });

  it('is pinned again where a larger viewport reaches its end', () => {
    const list = new Scroller(2000, 500);
    list.scrollBy(-400);
    list.notify();
    list.anchor.inputEnded();
    list.resize(1000);
    list.notify();
    expect(list.anchor.atEnd).toBe(true);
    list.resize(500);
    list.notify();
    expect(list.distance).toBe(0);
  });

  it('goes to its end on demand, even while the reader scrolls', () => {
    const list = new Scroller(2000, 500);
    list.anchor.inputStarted();
    list.scrollBy(-900);
    list.notify();
    list.anchor.pinToEnd();
    list.notify();
    expect(list.distance).toBe(0);
  });
});

describe('a list that opens at a row', () => {
  const opened = () => {
    const list = new Scroller(2000, 500);
    list.anchor.pinToRow('new');
    list.notify();
    return list;
  };

  it('holds it while rows are measured', () => {
    const list = opened();
    expect(list.geometry.top).toBe(ROW_TOP);
    list.growAbove(120);
    list.notify();
    list.resize(300);
    list.notify();
    expect(list.geometry.top).toBe(ROW_TOP);
    expect(list.anchor.atEnd).toBe(false);
  });

  it('keeps its end in view instead where that was in view before the viewport shrank', () => {
    const list = new Scroller(ROW_TOP + 500, 500);
    list.anchor.pinToRow('new');
    list.notify();
    expect(list.distance).toBe(0);
    list.resize(350);
    list.notify();
    expect(list.distance).toBe(0);
  });

  it('lets go of it when the reader moves the list, or is about to', () => {
    for (const move of [(list: Scroller) => { list.scrollBy(50); list.notify(); }, (list: Scroller) => list.anchor.inputStarted(), (list: Scroller) => list.anchor.releaseRow()]) {
      const list = opened();
      move(list);
      list.anchor.inputEnded();
      const { top } = list.geometry;
      list.growAbove(30);
      list.notify();
      expect(list.geometry.top).toBe(top + 30);
    }
  });
});
