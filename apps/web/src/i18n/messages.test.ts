import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import { expect, test } from 'vitest';
import { de } from './de.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';
import { Internationalization } from './i18n.ts';
import { chooseLanguage } from './language.ts';

/** The names of a message's values, sorted: ["count", "name"]. */
function argumentsOf(message: string): string[] {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      const [name, ...rest]: unknown[] = value;
      if (typeof name === 'string') names.add(name);
      for (const part of rest) visit(part);
    } else if (typeof value === 'object' && value !== null) {
      for (const choice of Object.values(value)) if (Array.isArray(choice)) for (const token of choice) visit(token);
    }
  };
  for (const token of compileMessageOrThrow(message)) if (Array.isArray(token)) visit(token);
  return [...names].filter((name) => name !== '#' && name !== 'plural').toSorted();
}

const ids = Object.keys(en).filter((id): id is keyof typeof en => id in en);

test('every message of every language is well-formed and says the same with the same values', () => {
  expect(ids.length).toBeGreaterThan(300);
  for (const id of ids) {
    const expected = argumentsOf(en[id]);
    expect({ id, de: argumentsOf(de[id]), fr: argumentsOf(fr[id]) }).toEqual({ id, de: expected, fr: expected });
  }
});

test('numbers choose their words by the language', () => {
  const i18n = new Internationalization('fr');
  expect(i18n.translate('list.unreadCount', { count: 0 })).toBe('0 message non lu');
  i18n.choose('de');
  expect(i18n.translate('list.unreadCount', { count: 0 })).toBe('0 ungelesene Nachrichten');
  expect(i18n.translate('list.unreadCount', { count: 1 })).toBe('1 ungelesene Nachricht');
});

test('the language is what was chosen, else the first that the browser prefers', () => {
  expect(chooseLanguage(['it-IT', 'fr-CH', 'de'], null)).toBe('fr');
  expect(chooseLanguage(['fr'], 'de')).toBe('de');
  expect(chooseLanguage(['it'], 'xx')).toBe('en');
});
