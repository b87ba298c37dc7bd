import { expect, test } from 'vitest';
import { sasName } from './sas-names.ts';

test('the pictures have names in the person’s language', () => {
  expect([sasName('Thumbs Up', 'de'), sasName('thumbs up', 'fr'), sasName('Thumbs up', 'en')]).toEqual([
    'Daumen hoch',
    'Pouce levé',
    'Thumbs up',
  ]);
});

test('a picture we do not know keeps the name it came with', () => {
  expect(sasName('Zeppelin', 'de')).toBe('Zeppelin');
});
