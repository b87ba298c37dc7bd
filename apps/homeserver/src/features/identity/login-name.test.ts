import { expect, test } from 'vitest';
import { foldLoginName } from './login-name.ts';

test.each([
  ['Anna', 'anna'],
  ['anna.beispiel', 'anna.beispiel'],
  ['ÄNNA', 'änna'],
  ['A\u0308nna', 'änna'],
  ['ａｎｎａ', 'anna'],
  ['\u212aarl', 'karl'],
  ['ﬁnanz', 'finanz'],
  ['a.b@amt.example', 'a.b@amt.example'],
])('%s is the login name %s', (typed, folded) => {
  expect(foldLoginName(typed)).toBe(folded);
  expect(foldLoginName(folded)).toBe(folded);
});

test.each([
  '',
  ' anna',
  'anna ',
  'an na',
  '@anna',
  '.anna',
  'anna\0',
  'anna\u200b',
  'anna\u202e',
  'an/na',
  'an:na',
  'x'.repeat(65),
  '\ud800',
])('%j is none', (typed) => {
  expect(foldLoginName(typed)).toBeUndefined();
});
