import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  encodePaginationToken,
  encodeSlidingToken,
  encodeSyncToken,
  parsePaginationToken,
  parseSlidingToken,
  parseSyncToken,
} from './tokens.ts';

const position = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const positions = fc.record({
  events: position,
  accountData: position,
  receipts: position,
  typing: position,
  toDevice: position,
  deviceLists: position,
  pushRules: position,
  threadSubscriptions: position,
  presence: position,
  profiles: position,
});

test('a sync token says what it was made of, and is a place in history too', () => {
  fc.assert(
    fc.property(positions, (vector) => {
      const token = encodeSyncToken(vector);
      expect(parseSyncToken(token)).toEqual(vector);
      expect(parsePaginationToken(token)).toBe(vector.events);
    }),
  );
});

test('a token from before a stream was added begins that stream', () => {
  expect(parseSyncToken('s1_7_8')).toEqual({
    events: 7,
    accountData: 8,
    receipts: 0,
    typing: 0,
    toDevice: 0,
    deviceLists: 0,
    pushRules: 0,
    threadSubscriptions: 0,
    presence: 0,
    profiles: 0,
  });
});

test('a pagination token is a place and no sync token', () => {
  expect(parsePaginationToken(encodePaginationToken(42))).toBe(42);
  expect(parseSyncToken(encodePaginationToken(42))).toBeUndefined();
});

test.each([
  '',
  's',
  's1_',
  's1_-1',
  's1_1_',
  's1_1.5',
  's2_1',
  't1_',
  't1_x',
  't1_1_2',
  's1_99999999999999999',
  `s1_${'1_'.repeat(40)}1`,
  's1_1\n',
])('what is no token is refused: %j', (text) => {
  expect(parseSyncToken(text)).toBeUndefined();
  expect(parsePaginationToken(text)).toBeUndefined();
});

test('a position in sliding sync says its moment, is a place in history, and no sync token', () => {
  fc.assert(
    fc.property(positions, (vector) => {
      const token = encodeSlidingToken('name.1', vector);
      expect(parseSlidingToken(token)).toEqual(vector);
      expect(parsePaginationToken(token)).toBe(vector.events);
      expect(parseSyncToken(token)).toBeUndefined();
    }),
  );
});
