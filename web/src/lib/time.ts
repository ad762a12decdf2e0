// Dates and times, formatted by Intl in the browser's language.

const locale = typeof navigator === 'undefined' ? 'en' : navigator.language;
const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
const clockWithSeconds = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', second: '2-digit' });
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' });
const dateAndTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', month: 'long', day: 'numeric' });
const withYear = new Intl.DateTimeFormat(locale, { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
const shortDate = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
const relativeLong = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

export const formatClock = (at: number) => clock.format(at);
export const formatClockWithSeconds = (at: number) => clockWithSeconds.format(at);
// Without AM and PM, for the narrow column beside messages.
export const formatClockShort = (at: number) => clock.formatToParts(at).filter((part) => part.type !== 'dayPeriod').map((part) => part.value).join('').trim();
export const formatFull = (at: number) => full.format(at);
export const formatDateAndTime = (at: number) => dateAndTime.format(at);

export function dayKey(at: number): string {
  const d = new Date(at);
  return `${d.getFullYear()}-${d.getMonth() + 1}-${d.getDate()}`;
}

function startOfDay(at: number): number {
  const d = new Date(at);
  d.setHours(0, 0, 0, 0);
  return d.getTime();
}

function daysBetween(at: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000);
}

export function formatDay(at: number, now: number = Date.now()): string {
  const days = daysBetween(at, now);
  if (days === 0 || days === 1) {
    const text = relativeLong.format(-days, 'day');
    return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
  }
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? weekday.format(at) : withYear.format(at);
}

export function endOfDay(at: number): number {
  const d = new Date(at);
  d.setHours(23, 59, 59, 0);
  return d.getTime();
}

export const formatDate = (at: number) => withYear.format(at);

const tenths = new Intl.NumberFormat(locale, { style: 'unit', unit: 'second', unitDisplay: 'short', maximumFractionDigits: 1 });
const wholeUnits = (['hour', 'minute', 'second'] as const).map((unit) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }));

// The two largest units; tenths of seconds where it was short.
export function formatDuration(ms: number): string {
  if (ms < 10_000) return tenths.format(Math.max(0.1, ms / 1000));
  const total = Math.round(ms / 1000);
  const counts = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  const first = counts.findIndex((count) => count > 0);
  return counts.flatMap((count, index) => (index >= first && index < first + 2 && count > 0 ? [wholeUnits[index]?.format(count) ?? ''] : [])).join(' ');
}

export function formatAgo(at: number, now: number = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 60) return relative.format(0, 'second');
  if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), 'minute');
  if (seconds < 86_400) return relative.format(-Math.floor(seconds / 3600), 'hour');
  const days = daysBetween(at, now);
  return days < 7 ? relative.format(-days, 'day') : shortDate.format(at);
}
