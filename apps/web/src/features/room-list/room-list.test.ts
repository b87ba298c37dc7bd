import { expect, test } from 'vitest';
import { MutableValue } from '../../observable/observable.ts';
import type { RoomSummary } from '../../model/room-summary.ts';
import { sampleRoom, sampleRooms } from './room-list-samples.ts';
import { RoomListViewModel } from './room-list-view-model.ts';

function setUp(rooms: readonly RoomSummary[] = sampleRooms): {
  source: MutableValue<readonly RoomSummary[]>;
  list: RoomListViewModel;
  ids: () => string[];
} {
  const source = new MutableValue(rooms);
  const list = new RoomListViewModel({ rooms: source });
  return { source, list, ids: () => list.snapshot.get().rooms.map(({ roomId }) => roomId) };
}

test('invitations stand apart and the rest is ordered by what happened last', () => {
  const { list, ids } = setUp();
  expect(list.snapshot.get().invitations.map(({ roomId }) => roomId)).toEqual(['!press']);
  expect(ids()).toEqual(['!budget', '!bernd', '!street', '!clara']);
});

test('a room moves up when something happens in it', () => {
  const { source, ids } = setUp();
  source.set(
    sampleRooms.map((room) => (room.roomId === '!clara' ? { ...room, lastActivityTs: Date.UTC(2027, 5, 1) } : room)),
  );
  expect(ids()[0]).toBe('!clara');
});

test('search finds parts of words, with or without accents and sharp s', () => {
  const { list, ids } = setUp();
  list.search('ausschuss');
  expect(ids()).toEqual(['!budget']);
  list.search('MULLER');
  expect(ids()).toEqual(['!clara']);
  list.search('strasse nord');
  expect(ids()).toEqual([]);
  list.search('strasse sud');
  expect(ids()).toEqual(['!street']);
});

test('filters show what they name, and the search keeps to them', () => {
  const { list, ids } = setUp();
  list.choose('unread');
  expect(ids()).toEqual(['!budget']);
  list.choose('people');
  expect(ids()).toEqual(['!bernd', '!clara']);
  list.choose('rooms');
  expect(ids()).toEqual(['!budget', '!street']);
  list.search('clara');
  expect(ids()).toEqual([]);
});

test('nothing found is not the same as nothing there', () => {
  const { list } = setUp();
  list.search('zzz');
  expect(list.snapshot.get()).toMatchObject({ isEmpty: false, rooms: [] });
  expect(setUp([]).list.snapshot.get().isEmpty).toBe(true);
});

test('an invitation counts as one unread thing', () => {
  const { list } = setUp([sampleRoom({ unreadCount: 4 }), sampleRoom({ roomId: '!x', membership: 'invited' })]);
  expect(list.snapshot.get().unreadTotal).toBe(5);
});

test('after its end the list no longer follows', () => {
  const { source, list, ids } = setUp();
  list.dispose();
  source.set([]);
  expect(ids()).toHaveLength(4);
});
