import type { Translate } from './i18n.ts';
import type { Language } from './language.ts';

const DAY_MS = 86_400_000;
const cache = new Map<string, Intl.DateTimeFormat>();

function format(language: Language, options: Intl.DateTimeFormatOptions, ts: number): string {
  const key = language + JSON.stringify(options);
  let formatter = cache.get(key);
  if (formatter === undefined) {
    // English as the administrations of the Union write it: day before month, 24 hours.
    formatter = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, options);
    cache.set(key, formatter);
  }
  return formatter.format(ts);
}

function startOfDay(ts: number): number {
  return new Date(ts).setHours(0, 0, 0, 0);
}

/** Whole days between two moments, by the calendar. */
function daysBetween(earlier: number, later: number): number {
  return Math.round((startOfDay(later) - startOfDay(earlier)) / DAY_MS);
}

export const timeOf = (language: Language, ts: number): string =>
  format(language, { hour: '2-digit', minute: '2-digit' }, ts);

export const fullTimeOf = (language: Language, ts: number): string =>
  format(language, { dateStyle: 'full', timeStyle: 'short' }, ts);

export const dateOf = (language: Language, ts: number): string => format(language, { dateStyle: 'long' }, ts);

/** For the list: the time today, then "Yesterday", the weekday, the date. */
export function shortMoment(t: Translate, language: Language, ts: number, now: number): string {
  const days = daysBetween(ts, now);
  if (days <= 0) return timeOf(language, ts);
  if (days === 1) return t('date.yesterday');
  if (days < 7) return format(language, { weekday: 'short' }, ts);
  return format(language, { day: '2-digit', month: '2-digit', year: '2-digit' }, ts);
}

/** For the heading of a day in the timeline. */
export function dayHeading(t: Translate, language: Language, ts: number, now: number): string {
  const days = daysBetween(ts, now);
  if (days === 0) return t('date.today');
  if (days === 1) return t('date.yesterday');
  const isThisYear = new Date(ts).getFullYear() === new Date(now).getFullYear();
  return format(
    language,
    { weekday: 'long', day: 'numeric', month: 'long', ...(!isThisYear && { year: 'numeric' }) },
    ts,
  );
}

/** "1.4 MB", in the language's number format. */
export function sizeOf(language: Language, bytes: number): string {
  const [unit, divisor] = bytes < 1_000_000 ? (['kilobyte', 1000] as const) : (['megabyte', 1_000_000] as const);
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: 1 }).format(
    Math.max(0.1, bytes / divisor),
  );
}
