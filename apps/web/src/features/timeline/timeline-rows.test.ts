import { expect, test } from 'vitest';
import type { TimelineItem } from '../../model/timeline-item.ts';
import { rowsOf } from './timeline-rows.ts';
import { ownMessage, sampleMessage, sampleNotice } from './timeline-samples.ts';

const DAY_MINUTES = 24 * 60;

/** `F` begins a group, `L` ends one. */
const sketch = (items: readonly TimelineItem[], readUpTo?: string): string[] =>
  rowsOf(items, readUpTo).map((row) =>
    row.kind === 'message'
      ? `${row.message.eventId}${row.isFirstOfGroup ? 'F' : ''}${row.isLastOfGroup ? 'L' : ''}`
      : row.kind,
  );

test('each day has one heading', () => {
  expect(sketch([sampleMessage('a', 0), sampleMessage('b', 1), sampleMessage('c', DAY_MINUTES)])).toEqual([
    'day',
    '$aF',
    '$bL',
    'day',
    '$cFL',
  ]);
});

test('messages of one sender stand together until five minutes lie between', () => {
  expect(sketch([sampleMessage('a', 0), sampleMessage('b', 4), sampleMessage('c', 9), ownMessage('d', 9)])).toEqual([
    'day',
    '$aF',
    '$bL',
    '$cFL',
    '$dFL',
  ]);
});

test('neighboring notices share a row and part a group', () => {
  expect(sketch([sampleMessage('a', 0), sampleNotice('n', 0), sampleNotice('m', 1), sampleMessage('b', 1)])).toEqual([
    'day',
    '$aFL',
    'notices',
    '$bFL',
  ]);
});

test('the line stands above the first message of others after what was read', () => {
  expect(sketch([sampleMessage('a', 0), sampleMessage('b', 1), sampleMessage('c', 2)], '$a')).toEqual([
    'day',
    '$aFL',
    'unread',
    '$bF',
    '$cL',
  ]);
});

test('there is no line when all was read, or when the person wrote since', () => {
  expect(sketch([sampleMessage('a', 0), sampleMessage('b', 1)], '$b')).not.toContain('unread');
  expect(sketch([sampleMessage('a', 0), ownMessage('b', 1), sampleMessage('c', 2)], '$a')).not.toContain('unread');
  expect(sketch([sampleMessage('a', 0)], '$gone')).not.toContain('unread');
});

test('keys are unique', () => {
  const rows = rowsOf(
    [sampleNotice('n', 0), sampleMessage('a', 0), sampleNotice('m', 1), sampleMessage('b', DAY_MINUTES)],
    '$n',
  );
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
});
