import { expect, test } from 'vitest';
import { dayHeading, shortMoment, sizeOf } from './dates.ts';
import { Internationalization } from './i18n.ts';

const { translate: t } = new Internationalization('de');
const now = new Date(2027, 2, 17, 9, 30).getTime();

test('the list shows the time today, then the day in words, then the date', () => {
  expect(shortMoment(t, 'de', new Date(2027, 2, 17, 0, 5).getTime(), now)).toBe('00:05');
  expect(shortMoment(t, 'de', new Date(2027, 2, 16, 23, 59).getTime(), now)).toBe('Gestern');
  expect(shortMoment(t, 'de', new Date(2027, 2, 12, 12).getTime(), now)).toBe('Fr');
  expect(shortMoment(t, 'de', new Date(2027, 1, 1, 12).getTime(), now)).toBe('01.02.27');
});

test('a day’s heading names the year only when it is another', () => {
  expect(dayHeading(t, 'de', now, now)).toBe('Heute');
  expect(dayHeading(t, 'de', new Date(2027, 0, 4, 12).getTime(), now)).toBe('Montag, 4. Januar');
  expect(dayHeading(t, 'fr', new Date(2026, 0, 5, 12).getTime(), now)).toBe('lundi 5 janvier 2026');
});

test('sizes use the language’s numbers', () => {
  expect(sizeOf('de', 1_430_000)).toBe('1,4 MB');
  expect(sizeOf('en', 1_430_000)).toBe('1.4 MB');
});
