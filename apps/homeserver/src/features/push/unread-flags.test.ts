import {
  defaultRuleset,
  evaluatePushRules,
  findRoomVersion,
  readPowerLevels,
  readPushEvent,
  type EventId,
  type JsonObject,
  type RoomId,
  type UserId,
} from '@stafette/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  countsInMain,
  FOLLOWABLE,
  HIGHLIGHTS,
  mentionedUsers,
  NOTIFIES,
  THREADED,
  unreadFlags,
} from './unread-flags.ts';

// Brands are for the compiler; these are good identifiers.
const anna = '@anna:example.org' as UserId;
const bernd = '@bernd:example.org' as UserId;
const chief = '@chief:example.org' as UserId;
const version = findRoomVersion('11') ?? expect.unreachable();
const levels = readPowerLevels({ users: { [chief]: 100 } }, version, []);

const content = fc.record(
  {
    body: fc.constantFrom('anna', 'hello', '@room'),
    msgtype: fc.constantFrom('m.text', 'm.notice', 'M.Notice', 'm.emote'),
    membership: fc.constantFrom('join', 'invite'),
    'm.mentions': fc.oneof(
      fc.record({ user_ids: fc.subarray([anna, bernd]), room: fc.boolean() }, { requiredKeys: [] }),
      fc.constantFrom<JsonObject[string]>(null, 'x', { user_ids: 'x' }, { user_ids: [1, anna] }),
    ),
    'm.relates_to': fc.oneof(
      fc.constantFrom(
        { rel_type: 'm.thread', event_id: '$root' },
        { rel_type: 'm.replace', event_id: '$old' },
        { rel_type: 'm.thread' },
      ),
      fc.constant(null),
    ),
  },
  { requiredKeys: [] },
);
const event = fc.record({
  type: fc.constantFrom(
    'm.room.message',
    'm.room.encrypted',
    'm.reaction',
    'm.room.member',
    'm.room.tombstone',
    'm.room.server_acl',
    'm.call.invite',
    'M.Room.Message',
    'org.matrix.msc3381.poll.start',
    'org.matrix.msc3381.poll.response',
    'org.matrix.msc3381.poll.end',
    'x.y',
  ),
  stateKey: fc.constantFrom(undefined, '', bernd),
  sender: fc.constantFrom(chief, '@clara:example.org' as UserId),
  content,
});

test('flags say of every event what the default rules say to each reader', () => {
  fc.assert(
    fc.property(
      event,
      fc.constantFrom(anna, bernd, '@dora:example.org' as UserId),
      fc.integer({ min: 2, max: 3 }),
      fc.constantFrom(undefined, true, false),
      (made, reader, memberCount, followsThread) => {
        // An invitation is for somebody who is not in the room, and counts nothing there.
        fc.pre(made.type !== 'm.room.member');
        const flags = unreadFlags(made, levels);
        // Undefined: threads are as everything else.
        const quietThreads = followsThread !== undefined;
        const isDecidedByThread = quietThreads && (flags & (THREADED | HIGHLIGHTS)) === THREADED;
        const notifies = isDecidedByThread ? followsThread && (flags & FOLLOWABLE) !== 0 : (flags & NOTIFIES) !== 0;
        const json = {
          type: made.type,
          sender: made.sender,
          content: made.content,
          ...(made.stateKey === undefined ? {} : { state_key: made.stateKey }),
        };
        const pushEvent = readPushEvent({
          json,
          roomId: '!room' as RoomId,
          eventId: '$event' as EventId,
          sender: made.sender,
        });
        const outcome = evaluatePushRules(defaultRuleset(reader, { quietThreads }), pushEvent, {
          userId: reader,
          displayName: undefined,
          memberCount,
          levels,
          followsThread: followsThread === true,
        });
        const isMentioned = flags !== 0 && mentionedUsers(made.content).includes(reader);
        expect({
          notify: notifies || isMentioned,
          highlight: (flags & HIGHLIGHTS) !== 0 || isMentioned,
        }).toEqual({
          notify: outcome.notify,
          highlight: outcome.highlight,
        });
      },
    ),
    { numRuns: 5000 },
  );
});

test('members come and go silently', () => {
  expect(
    unreadFlags({ type: 'm.room.member', stateKey: bernd, sender: bernd, content: { membership: 'join' } }, levels),
  ).toBe(0);
});

test('an event in a thread does not add to the counter of the main timeline', () => {
  const message = { type: 'm.room.message', stateKey: undefined, sender: chief, content: { body: 'x' } };
  const reply = { ...message, content: { body: 'x', 'm.relates_to': { rel_type: 'm.thread', event_id: '$root' } } };
  expect(countsInMain(unreadFlags(message, levels))).toBe(true);
  expect(unreadFlags(reply, levels)).toBe(NOTIFIES | THREADED | FOLLOWABLE);
  expect(countsInMain(unreadFlags(reply, levels))).toBe(false);
});
