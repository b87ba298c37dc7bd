import { expect, test } from 'vitest';
import { compileFilter, NO_FILTER } from './filter.ts';
import { pickFields } from './event-fields.ts';

const event = (type: string, sender = '@anna:x', url = false) => ({ type, sender, hasUrl: () => url });

test('without a filter everything passes and nothing need be looked at', () => {
  expect(NO_FILTER.room.timeline.isSelective).toBe(false);
  expect(NO_FILTER.room.timeline.matches(event('m.room.message'))).toBe(true);
});

test('types match with wildcards, and what is excluded stays so', () => {
  const { timeline } = compileFilter({
    room: { timeline: { types: ['m.room.*', 'x'], not_types: ['m.*.name'] } },
  }).room;
  const passes = (type: string): boolean => timeline.matches(event(type));
  expect(['m.room.message', 'm.room.', 'x', 'm.room.name', 'm.roo', 'xy'].map(passes)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('an empty list of types lets nothing pass, an absent one everything', () => {
  expect(compileFilter({ account_data: { types: [] } }).accountData.matchesType('m.direct')).toBe(false);
  expect(compileFilter({ account_data: {} }).accountData.matchesType('m.direct')).toBe(true);
});

test('senders, rooms and urls are looked at', () => {
  const { timeline } = compileFilter({
    room: { timeline: { senders: ['@anna:x'], not_rooms: ['!a'], contains_url: true } },
  }).room;
  expect(timeline.matches(event('t', '@anna:x', true))).toBe(true);
  expect(timeline.matches(event('t', '@anna:x', false))).toBe(false);
  expect(timeline.matches(event('t', '@bernd:x', true))).toBe(false);
  expect([timeline.matchesRoom('!a'), timeline.matchesRoom('!b')]).toEqual([false, true]);
});

test('values of other types count as absent', () => {
  const filter = compileFilter({
    room: { timeline: { types: 'm.x', limit: 1.5 }, include_leave: 'yes' },
    account_data: null,
  });
  expect(filter.room.timeline).toMatchObject({ isSelective: false, limit: undefined });
  expect(filter.room.includeLeave).toBe(false);
});

test('chosen fields are kept, with dots in names escaped', () => {
  const text = JSON.stringify({ type: 't', content: { body: 'b', 'a.b': 1, inner: { x: 1, y: 2 } }, sender: 's' });
  expect(JSON.parse(pickFields(text, ['content.body', 'content.a\\.b', 'content.inner.y', 'absent.field']))).toEqual({
    content: { body: 'b', 'a.b': 1, inner: { y: 2 } },
  });
});
