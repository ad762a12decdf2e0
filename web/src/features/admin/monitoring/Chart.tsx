// A chart of lines over time, in SVG: with the values under the pointer or the arrow keys, and the same as a table.
import { useEffect, useId, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { t } from '@/i18n/admin';
import { formatClock, formatDate } from '@/lib/time';
import css from './chart.module.css';
import { formatValue, type Line, type Unit } from './charts';
import { nearest, segments, tableRows, timeTicks, valueTicks, type Point, type Range } from './scale';

const HEIGHT = 190;
const TOP = 10;
const BOTTOM = 24;
const LEFT = 56;
const RIGHT = 8;
const DAY = 86_400_000;
const colours = [css.c1, css.c2, css.c3, css.c4, css.c5];
const colour = (index: number) => colours[index % colours.length];

const shortDate = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

interface ChartProps {
  title: string;
  unit: Unit;
  lines: Line[];
  // The index of the line with a filled area.
  main?: number;
  range: Range;
  interval: number;
  // The same as a table of averages.
  hasTable?: boolean;
}

export function Chart({ title, unit, lines, main = 0, range, interval, hasTable = true }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [pointed, setPointed] = useState<number | null>(null);
  const titleId = useId();
  const longest = lines.reduce<Line | undefined>((best, line) => (line.times.length > (best?.times.length ?? 0) ? line : best), undefined);
  const times = longest?.times ?? [];
  const largest = Math.max(0, ...lines.flatMap((line) => line.values.map((value) => value ?? 0)));
  const ticks = valueTicks(largest, unit === 'bytes');
  const top = ticks[ticks.length - 1] ?? 1;
  const x = (time: number) => LEFT + ((time - range.min) / (range.max - range.min)) * (width - LEFT - RIGHT);
  const y = (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const long = range.max - range.min > 3 * DAY;
  const timeLabel = (time: number) => (long ? shortDate.format(time) : formatClock(time));
  const at = pointed === null ? undefined : times[pointed];

  const point = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const time = range.min + ((event.clientX - box.left - LEFT) / (width - LEFT - RIGHT)) * (range.max - range.min);
    const index = nearest(times, time);
    setPointed(index >= 0 ? index : null);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30 }[event.key];
    if (event.key === 'Escape') setPointed(null);
    if (step === undefined || times.length === 0) return;
    event.preventDefault();
    setPointed((index) => Math.min(times.length - 1, Math.max(0, (index ?? times.length) + step)));
  };
  const valueAt = (line: Line, time: number) => {
    const index = nearest(line.times, time);
    return Math.abs((line.times[index] ?? Infinity) - time) <= 2 * interval ? line.values[index] : null;
  };

  return (
    <div className={css.chart}>
      <div ref={frame} className={css.frame}>
        <svg
          width={width} height={HEIGHT} role="img" tabIndex={0} aria-labelledby={titleId} className={css.svg} data-testid="chart"
          onPointerMove={point} onPointerDown={point} onPointerLeave={() => setPointed(null)} onKeyDown={onKey} onBlur={() => setPointed(null)}
        >
          <title id={titleId}>{title}</title>
          {ticks.map((tick) => (
            <g key={tick}>
              <line className={tick === 0 ? css.base : css.grid} x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
              <text className={css.label} x={LEFT - 8} y={y(tick) + 4} textAnchor="end">{formatValue(tick, unit)}</text>
            </g>
          ))}
          {timeTicks(range, Math.max(2, (width - LEFT) / 84)).map((tick) => (
            <text key={tick} className={css.label} x={Math.min(x(tick), width - RIGHT - 18)} y={HEIGHT - 6} textAnchor="middle">{timeLabel(tick)}</text>
          ))}
          {lines.map((line, index) => segments(line.times, line.values, interval).map((part) => {
            const path = part.map(([time, value], step) => `${step === 0 ? 'M' : 'L'}${x(time).toFixed(1)} ${y(value).toFixed(1)}`).join('');
            return (
              <g key={`${line.label}-${part[0]?.[0]}`} className={colour(index)}>
                {index === main && <path className={css.area} d={`${path}${closing(part, x, y)}`} />}
                {part.length > 1 ? <path className={css.line} d={path} /> : part.map(([time, value]) => <circle key={time} className={css.dot} cx={x(time)} cy={y(value)} r={2} />)}
              </g>
            );
          }))}
          {at !== undefined && (
            <g>
              <line className={css.cursor} x1={x(at)} x2={x(at)} y1={TOP} y2={HEIGHT - BOTTOM} />
              {lines.map((line, index) => {
                const value = valueAt(line, at);
                return value === null || value === undefined ? null : <circle key={line.label} className={`${css.mark} ${colour(index)}`} cx={x(at)} cy={y(value)} r={4} />;
              })}
            </g>
          )}
        </svg>
        {at !== undefined && (
          <div className={css.tip} role="status" style={x(at) > width / 2 ? { right: width - x(at) + 12 } : { left: x(at) + 12 }}>
            <p>{long ? `${shortDate.format(at)}, ${formatClock(at)}` : formatClock(at)}</p>
            {lines.map((line, index) => <p key={line.label}><i className={colour(index)} />{line.label}<b>{formatValue(valueAt(line, at), unit)}</b></p>)}
          </div>
        )}
      </div>
      <div className={css.foot}>
        {lines.length > 1 && <ul className={css.legend}>{lines.map((line, index) => <li key={line.label}><i className={colour(index)} />{line.label}</li>)}</ul>}
        {hasTable && <Table title={title} unit={unit} lines={lines} long={long} />}
      </div>
    </div>
  );
}

function closing(part: Point[], x: (time: number) => number, y: (value: number) => number): string {
  const first = part[0]?.[0] ?? 0;
  const last = part[part.length - 1]?.[0] ?? 0;
  return `L${x(last).toFixed(1)} ${y(0)}L${x(first).toFixed(1)} ${y(0)}Z`;
}

// The averages of hours or days, for those who do not see the lines.
function Table({ title, unit, lines, long }: { title: string; unit: Unit; lines: Line[]; long: boolean }) {
  const [open, setOpen] = useState(false);
  const step = long ? DAY : DAY / 24;
  // Days of the reader's time zone.
  const shift = long ? new Date().getTimezoneOffset() * 60_000 : 0;
  const rows = open ? lines.flatMap((line, index) => tableRows(line.times.map((time) => time - shift), [line.values], step).map((row) => ({ ...row, index }))) : [];
  const byTime = new Map<number, Array<number | null>>();
  for (const { time, values, index } of rows) {
    const row = byTime.get(time) ?? lines.map(() => null);
    row[index] = values[0] ?? null;
    byTime.set(time, row);
  }
  return (
    <details className={css.details} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('monitoring.table')}</summary>
      {open && (
        <div className={css.tableFrame}>
          <table>
            <caption className="visually-hidden">{title}</caption>
            <thead><tr><th scope="col">{t(long ? 'monitoring.day' : 'monitoring.hour')}</th>{lines.map((line) => <th key={line.label} scope="col">{line.label}</th>)}</tr></thead>
            <tbody>
              {[...byTime].sort(([a], [b]) => b - a).map(([time, values]) => (
                <tr key={time}><th scope="row">{long ? formatDate(time + shift) : formatClock(time)}</th>{values.map((value, index) => <td key={lines[index]?.label}>{formatValue(value, unit)}</td>)}</tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

function useWidth(frame: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(480);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => { if (entry) setWidth(Math.max(240, Math.floor(entry.contentRect.width))); });
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return width;
}
