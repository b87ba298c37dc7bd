import { describe, expect, test } from 'vitest';
import type { JsonObject } from './json.ts';
import { redact } from './redaction.ts';
import type { RoomVersion } from './room-versions/room-version.ts';
import { roomVersions } from './room-versions/table.ts';

const plain = (value: JsonObject): unknown => JSON.parse(JSON.stringify(value));
const contentAfter = (type: string, content: JsonObject, version: RoomVersion): unknown =>
  plain(redact({ type, content }, version))?.['content' as never];

/** Keys that survive per event type, from which version on and up to which: the specification's lists, read as a table. */
const survivors: readonly (readonly [type: string, key: string, from: number, upTo: number])[] = [
  ['m.room.member', 'membership', 1, 12],
  ['m.room.member', 'join_authorised_via_users_server', 9, 12],
  ['m.room.create', 'creator', 1, 12],
  ['m.room.create', 'room_version', 11, 12],
  ['m.room.create', 'anything', 11, 12],
  ['m.room.join_rules', 'join_rule', 1, 12],
  ['m.room.join_rules', 'allow', 8, 12],
  ...['ban', 'events', 'events_default', 'kick', 'redact', 'state_default', 'users', 'users_default'].map(
    (key) => ['m.room.power_levels', key, 1, 12] as const,
  ),
  ['m.room.power_levels', 'invite', 11, 12],
  ['m.room.history_visibility', 'history_visibility', 1, 12],
  ['m.room.aliases', 'aliases', 1, 5],
  ['m.room.redaction', 'redacts', 11, 12],
];

/** Keys that no version keeps, beside those that another type keeps. */
const losers: readonly (readonly [type: string, key: string])[] = [
  ['m.room.member', 'displayname'],
  ['m.room.member', 'reason'],
  ['m.room.join_rules', 'other'],
  ['m.room.power_levels', 'notifications'],
  ['m.room.redaction', 'reason'],
  ['m.room.message', 'body'],
  ['m.room.message', 'membership'],
  ['m.room.name', 'name'],
  ['m.room.encryption', 'algorithm'],
  ['m.room.third_party_invite', 'public_key'],
];

describe.each([...roomVersions])('in room version %s', (id, version) => {
  test.each(survivors)('of %s the key %s survives exactly from version %i to %i', (type, key, from, upTo) => {
    const isKept = Number(id) >= from && Number(id) <= upTo;
    expect(contentAfter(type, { [key]: { a: 1 } }, version)).toEqual(isKept ? { [key]: { a: 1 } } : {});
  });

  test.each(losers)('of %s the key %s goes', (type, key) => {
    expect(contentAfter(type, { [key]: 'gone' }, version)).toEqual({});
  });

  test('of a third-party invitation at most what was signed survives', () => {
    const content = { membership: 'invite', third_party_invite: { display_name: 'Anna', signed: { mxid: '@a:b' } } };
    const kept = Number(id) >= 11 ? { third_party_invite: { signed: { mxid: '@a:b' } } } : {};
    expect(contentAfter('m.room.member', content, version)).toEqual({ membership: 'invite', ...kept });
    const strange = { membership: 'invite', third_party_invite: 'text' };
    expect(contentAfter('m.room.member', strange, version)).toEqual({ membership: 'invite' });
  });

  test('top-level keys outside the list go', () => {
    const always = [
      'event_id',
      'type',
      'room_id',
      'sender',
      'state_key',
      'hashes',
      'signatures',
      'depth',
      'prev_events',
      'auth_events',
      'origin_server_ts',
    ];
    const early = ['prev_state', 'origin', 'membership'];
    const never = ['unsigned', 'redacts', 'age_ts', 'replaces_state', '__proto__', 'constructor', 'toString'];
    const event: Record<string, unknown> = JSON.parse(
      `{"content":{},${[...always, ...early, ...never].map((key) => `"${key}":1`).join(',')}}`,
    );
    // The test's JSON is an object of the type that the function takes.
    const redacted = redact(event as JsonObject, version);
    const expected = ['content', ...always, ...(Number(id) < 11 ? early : [])];
    expect(Object.keys(redacted).toSorted()).toEqual(expected.toSorted());
  });

  test('content that is no object becomes one', () => {
    expect(contentAfter('m.room.create', { content: 1 }, version)).toBeDefined();
    expect(plain(redact({ type: 'm.room.create', content: 'text' }, version))).toEqual({
      type: 'm.room.create',
      content: {},
    });
    expect(plain(redact({ type: 'm.room.create' }, version))).toEqual({ type: 'm.room.create', content: {} });
    expect(plain(redact({ type: 'm.room.create', content: ['a'] }, version))).toEqual({
      type: 'm.room.create',
      content: {},
    });
  });

  test('the event itself stays as it was', () => {
    const event = { type: 'm.room.message', content: { body: 'text' }, unsigned: {} };
    redact(event, version);
    expect(event).toEqual({ type: 'm.room.message', content: { body: 'text' }, unsigned: {} });
  });
});
