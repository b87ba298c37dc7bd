import { describe, expect, it } from 'vitest';
import { readPowerLevels } from '../event-auth/power-levels.ts';
import type { JsonObject } from '../json.ts';
import { getRoomVersion } from '../testing/get-room-version.ts';
import { anna, bernd, toPdu } from '../testing/test-room.ts';
import { conditionHolds, type PushContext } from './conditions.ts';
import { parsePropertyPath } from './property-path.ts';
import { readPushEvent } from './push-event.ts';

const content = {
  body: 'An example event for Anna K.',
  topic: 'Lunch plans',
  'm.federate': true,
  count: 5,
  nothing: null,
  list: ['a', 1, false, null, { a: 1 }],
  nested: { 'back\\slash': 'x', 'a.b': { c: 'deep' } },
};
const event = readPushEvent(toPdu({ type: 'm.room.message', sender: bernd, eventId: '$e', roomId: '!r', content }));
const levels = readPowerLevels(
  { users: { [bernd]: 50 }, notifications: { room: 50, special: 51 } },
  getRoomVersion('11'),
  [],
);
const context: PushContext = { userId: anna, displayName: 'anna k.', memberCount: 10, levels, followsThread: false };

const matchCase = (key: string, pattern: string): JsonObject => ({ kind: 'event_match', key, pattern });
const is = (key: string, value: string | number | boolean | null): JsonObject => ({
  kind: 'event_property_is',
  key,
  value,
});
const has = (key: string, value: string | number | boolean | null): JsonObject => ({
  kind: 'event_property_contains',
  key,
  value,
});
const members = (count: string): JsonObject => ({ kind: 'room_member_count', is: count });

describe('a condition', () => {
  it.each<readonly [JsonObject, boolean]>([
    [matchCase('content.topic', 'lunc?*'), true],
    [matchCase('content.topic', 'LUNCH'), false],
    [matchCase('content.topic', 'plans'), false],
    [matchCase('content.body', 'ex*ple'), true],
    [matchCase('content.body', 'exam'), false],
    [matchCase('content.count', '*'), false],
    [matchCase('content.absent', '*'), false],
    [matchCase('room_id', '!r'), true],
    [matchCase('sender', bernd), true],
    [matchCase('content.__proto__.x', '*'), false],
    [matchCase('content.toString', '*'), false],
    [is('content.m\\.federate', true), true],
    [is('content.m.federate', true), false],
    [is('content.m\\.federate', 'true'), false],
    [is('content.count', 5), true],
    [is('content.count', 5.5), false],
    [is('content.nothing', null), true],
    [is('content.absent', null), false],
    [has('content.list', 'a'), true],
    [has('content.list', 1), true],
    [has('content.list', null), true],
    [has('content.list', 'b'), false],
    [has('content.topic', 'Lunch plans'), false],
    [{ kind: 'event_property_contains', key: 'content.list', value: { a: 1 } }, false],
    [members('10'), true],
    [members('==10'), true],
    [members('<10'), false],
    [members('<=10'), true],
    [members('>9'), true],
    [members('>=11'), false],
    [members('many'), false],
    [members('10; 11'), false],
    [{ kind: 'contains_display_name' }, true],
    [{ kind: 'sender_notification_permission', key: 'room' }, true],
    [{ kind: 'sender_notification_permission', key: 'special' }, false],
    [{ kind: 'sender_notification_permission' }, false],
    [{ kind: 'io.element.msc4306.thread_subscription', subscribed: false }, false],
    [{ kind: 'org.example.unknown' }, false],
    [{ key: 'content.body', pattern: '*' }, false],
  ])('%j holds: %s', (condition, expected) => {
    expect(conditionHolds(condition, event, context)).toBe(expected);
  });

  it('takes a display name literally, and no empty one', () => {
    const withName = (displayName: string): boolean =>
      conditionHolds({ kind: 'contains_display_name' }, event, { ...context, displayName });
    expect(withName('*')).toBe(false);
    expect(withName('Ann?')).toBe(false);
    expect(withName('ANNA')).toBe(true);
    expect(withName('')).toBe(false);
  });
});

describe('a property path', () => {
  it.each([
    ['content.body', ['content', 'body']],
    ['content.m\\.relates_to', ['content', 'm.relates_to']],
    ['m\\\\foo', ['m\\foo']],
    ['m\\\\.foo', ['m\\', 'foo']],
    ['m\\x.y', ['m\\x', 'y']],
    ['', ['']],
    ['a..b', ['a', '', 'b']],
    ['a\\', ['a\\']],
  ])('%j has the parts %j', (path, parts) => {
    expect(parsePropertyPath(path)).toEqual(parts);
  });

  it('leads to nested values', () => {
    expect(event.valueAt('content.nested.back\\\\slash')).toBe('x');
    expect(event.valueAt('content.nested.a\\.b.c')).toBe('deep');
    expect(event.valueAt('content.list.0')).toBeUndefined();
  });
});
