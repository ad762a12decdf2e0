// The geometry of charts: round values of the axes, and lines with gaps. Pure.

export interface Range {
  min: number;
  max: number;
}

// A round number that is not below the value: 1, 2, 2.5 or 5 times a power of ten, or of two for bytes.
export function roundUp(value: number, bytes = false): number {
  if (!(value > 0)) return bytes ? 1024 : 1;
  if (bytes) {
    const unit = 1024 ** Math.floor(Math.log(value) / Math.log(1024));
    const steps = [1, 2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256, 400, 512, 800, 1024];
    return (steps.find((step) => step * unit >= value) ?? 1024) * unit;
  }
  const unit = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5, 10].find((step) => step * unit >= value * (1 - 1e-9)) ?? 10) * unit;
}

// Values of the horizontal lines, from 0 on; the last is not below the largest value.
export function valueTicks(largest: number, bytes = false, wanted = 4): number[] {
  const step = roundUp(largest / wanted, bytes);
  const count = Math.max(1, Math.ceil(largest / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

// Full hours, or midnights, of the reader's time zone, at most as many as there is room for.
export function timeTicks({ min, max }: Range, room: number): number[] {
  const span = max - min;
  const byDays = span > 3 * DAY;
  const steps = byDays ? [1, 2, 5, 10, 20, 30, 60, 90, 180, 365] : [1, 2, 3, 4, 6, 8, 12];
  const unit = byDays ? DAY : HOUR;
  const step = steps.find((each) => span / (each * unit) <= room) ?? steps[steps.length - 1] ?? 1;
  const at = new Date(min);
  if (byDays) at.setHours(0, 0, 0, 0);
  else at.setHours(Math.floor(at.getHours() / step) * step, 0, 0, 0);
  const ticks: number[] = [];
  while (at.getTime() <= max) {
    if (at.getTime() >= min) ticks.push(at.getTime());
    // By calendar, so that a change to summer time moves nothing.
    if (byDays) at.setDate(at.getDate() + step);
    else at.setHours(at.getHours() + step);
  }
  return ticks;
}

export type Point = readonly [time: number, value: number];

// The parts of a line: it has a gap where values are missing, or where nothing was measured for more than two intervals.
export function segments(times: number[], values: Array<number | null>, interval: number): Point[][] {
  const parts: Point[][] = [];
  let part: Point[] = [];
  times.forEach((time, index) => {
    const value = values[index];
    const last = part[part.length - 1];
    const gap = last !== undefined && time - last[0] > 2.5 * interval;
    if ((value === null || value === undefined || gap) && part.length > 0) {
      parts.push(part);
      part = [];
    }
    if (value !== null && value !== undefined) part.push([time, value]);
  });
  if (part.length > 0) parts.push(part);
  return parts;
}

// The index of the time that is nearest; -1 without any.
export function nearest(times: number[], time: number): number {
  let low = 0;
  let high = times.length - 1;
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low > 0 && time - (times[low - 1] ?? 0) < (times[low] ?? 0) - time ? low - 1 : low;
}

export interface Row {
  time: number;
  values: Array<number | null>;
}

// Averages over longer intervals, for the table beside a chart.
export function tableRows(times: number[], columns: Array<Array<number | null>>, step: number): Row[] {
  const groups = new Map<number, number[]>();
  times.forEach((time, index) => {
    const start = Math.floor((time - 1) / step) * step;
    groups.set(start, [...(groups.get(start) ?? []), index]);
  });
  return [...groups].map(([time, indices]) => ({
    time,
    values: columns.map((column) => {
      const known = indices.map((index) => column[index]).filter((value): value is number => value !== null && value !== undefined);
      return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
    }),
  }));
}
