import type { RoomId, UserId } from '@stafette/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Notifier } from '../../streams/notifier.ts';
import { Typing } from './service.ts';

// Brands are for the compiler; these are good identifiers.
const anna = '@anna:example.org' as UserId;
const bernd = '@bernd:example.org' as UserId;
const room = '!room:example.org' as RoomId;
const START = 1_700_000_000_000;

let notifier: Notifier;
let typing: Typing;

beforeEach(() => {
  notifier = new Notifier();
  typing = new Typing({ clock: { nowMs: () => START }, notifier, joinedLocalUsers: () => [anna, bernd] });
});
afterEach(() => typing.dispose());

test('who types is told once and who prolongs is not told again', async () => {
  await typing.start(anna, room, 60_000);
  const first = typing.position.current;
  expect(typing.changes([room], START, first)).toEqual(new Map([[room, [anna]]]));
  await typing.start(anna, room, 60_000);
  expect(typing.position.current).toBe(first);
  expect(typing.changes([room], first, first)).toEqual(new Map());
});

test('a new client hears only of rooms where somebody types', async () => {
  await typing.start(anna, room);
  expect(typing.changes([room], undefined, typing.position.current)).toEqual(new Map([[room, [anna]]]));
  await typing.stop(anna, room);
  expect(typing.changes([room], undefined, typing.position.current)).toEqual(new Map());
});

test('typing ends by itself and wakes the room', async () => {
  await typing.start(anna, room, 1);
  const started = typing.position.current;
  await notifier.wait(bernd, 5_000, new AbortController().signal).promise;
  expect(typing.changes([room], started, typing.position.current)).toEqual(new Map([[room, []]]));
});

test('a client from before a restart learns that nobody types', () => {
  expect(typing.changes([room], START - 1, typing.position.current)).toEqual(new Map([[room, []]]));
});
