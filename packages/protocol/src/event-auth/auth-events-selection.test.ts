import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import type { RoomVersionId } from '../room-versions/room-version.ts';
import { getRoomVersion } from '../testing/get-room-version.ts';
import { anna, bernd, clara } from '../testing/test-room.ts';
import { selectAuthEventKeys } from './auth-events-selection.ts';

const create = ['m.room.create', ''];
const levels = ['m.room.power_levels', ''];
const rules = ['m.room.join_rules', ''];
const member = (userId: string): readonly string[] => ['m.room.member', userId];

function select(id: RoomVersionId, type: string, stateKey: string | undefined, content: JsonObject = {}): unknown {
  return selectAuthEventKeys({ type, stateKey, sender: anna, content }, getRoomVersion(id));
}

describe('the auth events', () => {
  it('of the create event are none', () => {
    expect(select('11', 'm.room.create', '')).toEqual([]);
    expect(select('12', 'm.room.create', '')).toEqual([]);
  });

  it('of a message are the create event up to version 11, the power levels and the sender', () => {
    expect(select('11', 'm.room.message', undefined)).toEqual([create, levels, member(anna)]);
    expect(select('12', 'm.room.message', undefined)).toEqual([levels, member(anna)]);
  });

  it.each<readonly [string, readonly (readonly string[])[]]>([
    ['join', [rules]],
    ['invite', [rules]],
    ['knock', [rules]],
    ['leave', []],
    ['ban', []],
  ])('of a membership %s name the target and, to get in, the join rules', (membership, extra) => {
    expect(select('12', 'm.room.member', bernd, { membership })).toEqual([
      levels,
      member(anna),
      member(bernd),
      ...extra,
    ]);
  });

  it('do not name the same member twice', () => {
    const content = { membership: 'join', join_authorised_via_users_server: anna };
    expect(select('12', 'm.room.member', anna, content)).toEqual([levels, member(anna), rules]);
  });

  it('of a restricted join name who authorizes it, where the version knows restricted joins', () => {
    const content = { membership: 'join', join_authorised_via_users_server: clara };
    expect(select('8', 'm.room.member', anna, content)).toEqual([create, levels, member(anna), rules, member(clara)]);
    expect(select('7', 'm.room.member', anna, content)).toEqual([create, levels, member(anna), rules]);
    expect(select('8', 'm.room.member', anna, { ...content, membership: 'invite' })).not.toContainEqual(member(clara));
  });

  it('of a third-party invite name its token', () => {
    const content = { membership: 'invite', third_party_invite: { signed: { token: 'abc' } } };
    expect(select('12', 'm.room.member', bernd, content)).toContainEqual(['m.room.third_party_invite', 'abc']);
    expect(select('12', 'm.room.member', bernd, { ...content, membership: 'join' })).not.toContainEqual([
      'm.room.third_party_invite',
      'abc',
    ]);
    expect(select('12', 'm.room.member', bernd, { membership: 'invite', third_party_invite: 'abc' })).toHaveLength(4);
  });
});
