import type { EventId, RoomId } from '@stafette/protocol';
import { expect, test } from 'vitest';
import { CACHE_LIMITS } from '../../platform/memory.ts';
import { RecentEvents } from './recent-events.ts';
import type { StoredEvent } from './stored-event.ts';

const ROOM = 7;

const event = (pos: number, relatesTo?: StoredEvent['relatesTo'], json = '{}'): StoredEvent =>
  // What of an event the list looks at.
  ({ pos, roomNid: ROOM, roomId: '!r' as RoomId, eventId: `$${pos}` as EventId, relatesTo, json }) as StoredEvent;

function filled(positions: readonly number[], startedAt = 0): RecentEvents {
  const recent = new RecentEvents(startedAt);
  for (const pos of positions) recent.add(event(pos), undefined);
  return recent;
}

const positions = (page: ReturnType<RecentEvents['page']>) =>
  page && { ...page, events: page.events.map((e) => e.pos) };

test.each([
  ['the newest', { limit: 2, direction: 'backward' as const }, { events: [9, 8], isLimited: true }],
  ['from a place on', { upTo: 7, limit: 1, direction: 'backward' as const }, { events: [6], isLimited: true }],
  [
    'between two places',
    { after: 5, upTo: 8, limit: 9, direction: 'backward' as const },
    { events: [8, 6], isLimited: false },
  ],
  [
    'exactly as many as are left',
    { after: 5, upTo: 8, limit: 2, direction: 'backward' as const },
    { events: [8, 6], isLimited: false },
  ],
  ['forward', { after: 5, limit: 2, direction: 'forward' as const }, { events: [6, 8], isLimited: true }],
  ['nothing', { after: 9, limit: 2, direction: 'forward' as const }, { events: [], isLimited: false }],
  ['more than is here', { limit: 4, direction: 'backward' as const }, undefined],
  ['from before what is here', { after: 3, limit: 1, direction: 'forward' as const }, undefined],
])('a page: %s', (_, range, page) => {
  expect(positions(filled([5, 6, 8, 9], 4).page(ROOM, range))).toEqual(page);
});

test('a room of which nothing is here', () => {
  expect(filled([]).page(ROOM, { limit: 1, direction: 'backward' })).toBeUndefined();
});

test('the oldest go when all together are too long, and make room for those that follow', () => {
  const recent = filled([5], 4);
  const half = 'x'.repeat(CACHE_LIMITS.recentEventUnits / 2);
  for (const pos of [6, 7]) recent.add(event(pos, undefined, half), undefined);
  expect(positions(recent.page(ROOM, { limit: 1, direction: 'backward' }))?.events).toEqual([7]);
  expect(recent.since(ROOM, 5)?.map(({ pos }) => pos)).toEqual([6, 7]);
  recent.add(event(8), undefined);
  expect(recent.since(ROOM, 5)).toBeUndefined();
  // What was emptied or deleted counts no more.
  recent.add(event(9), event(7));
  recent.add(event(10, undefined, half), undefined);
  recent.forget({ roomNid: ROOM, roomId: '!r' as RoomId, events: [event(10)] });
  recent.add(event(11, undefined, half), undefined);
  recent.add(event(12, undefined, half.slice(2)), undefined);
  expect(recent.since(ROOM, 10)?.map(({ pos }) => pos)).toEqual([11, 12]);
});

test('what was deleted is not here, nor anything before it', () => {
  const recent = filled([5, 6, 8, 9], 4);
  recent.forget({ roomNid: ROOM, roomId: '!r' as RoomId, events: [event(6)] });
  expect(positions(recent.page(ROOM, { after: 6, limit: 9, direction: 'backward' }))?.events).toEqual([9, 8]);
  expect(recent.page(ROOM, { after: 5, limit: 9, direction: 'backward' })).toBeUndefined();
  expect(recent.since(ROOM, 5)).toBeUndefined();
});

test('knows of its events whether anything relates to them', () => {
  const recent = filled([5, 6], 4);
  recent.add(event(7, { eventId: '$5' as EventId, relType: 'm.replace', key: undefined }), undefined);
  recent.add(event(8, { eventId: '$6' as EventId, relType: 'm.annotation', key: '+1' }), undefined);
  expect([4, 5, 6].map((pos) => recent.mayHaveRelations(event(pos)))).toEqual([true, true, false]);
});
