import { describe, expect, it } from 'vitest';
import { JsonNumberToken } from '../json.ts';
import type { RoomVersionId } from '../room-versions/room-version.ts';
import { getRoomVersion } from '../testing/get-room-version.ts';
import { anna, bernd, clara } from '../testing/test-room.ts';
import { readLevel, readPowerLevels } from './power-levels.ts';

describe('a power level', () => {
  it.each<readonly [RoomVersionId, Parameters<typeof readLevel>[0], number | undefined]>([
    ['1', 50, 50],
    ['1', '50', 50],
    ['1', '  +0050 ', 50],
    ['1', '-7\n', -7],
    ['1', '', undefined],
    ['1', '+', undefined],
    ['1', '5 0', undefined],
    ['1', '0x10', undefined],
    ['1', '1_000', undefined],
    ['1', '1.5', undefined],
    ['1', '1e2', undefined],
    ['1', 50.57, 50],
    ['1', -0.5, 0],
    ['1', new JsonNumberToken('5.114698E4'), 51_146],
    ['1', new JsonNumberToken('1e400'), undefined],
    ['1', { numberToken: '50' }, undefined],
    ['1', true, undefined],
    ['1', null, undefined],
    ['1', [50], undefined],
    ['6', '50', 50],
    ['6', 1.5, undefined],
    ['6', '9007199254740992', undefined],
    ['9', ' 100 ', 100],
    ['10', 100, 100],
    ['10', -0, 0],
    ['10', '100', undefined],
    ['10', 1.5, undefined],
    ['10', 2 ** 53, undefined],
    ['12', Number.POSITIVE_INFINITY, undefined],
  ])('of room version %s written as %j is %j', (id, value, expected) => {
    expect(readLevel(value, getRoomVersion(id))).toBe(expected);
  });
});

describe('the power levels of a room', () => {
  const version = getRoomVersion('11');

  it('without a power levels event give the creator 100 and everybody else nothing', () => {
    const levels = readPowerLevels(undefined, version, [anna]);
    expect([levels.userLevel(anna), levels.userLevel(bernd)]).toEqual([100, 0]);
    expect([levels.eventLevel('m.room.topic', true), levels.eventLevel('m.room.message', false)]).toEqual([50, 0]);
    expect([levels.ban, levels.kick, levels.redact, levels.invite, levels.notificationLevel('room')]).toEqual([
      50, 50, 50, 0, 50,
    ]);
  });

  it('with an empty power levels event give nobody anything', () => {
    const levels = readPowerLevels({}, version, [anna]);
    expect([levels.userLevel(anna), levels.userLevel(bernd)]).toEqual([0, 0]);
    expect([levels.eventLevel('m.room.topic', true), levels.eventLevel('m.room.message', false)]).toEqual([50, 0]);
    expect([levels.ban, levels.kick, levels.redact, levels.invite, levels.notificationLevel('room')]).toEqual([
      50, 50, 50, 0, 50,
    ]);
  });

  it('are those of the event where it says something', () => {
    const content = {
      users: { [bernd]: 70 },
      users_default: 5,
      events: { 'm.room.topic': 10 },
      events_default: 1,
      state_default: 2,
      notifications: { room: 3 },
      ban: 4,
    };
    const levels = readPowerLevels(content, version, [anna]);
    expect([bernd, anna].map(levels.userLevel)).toEqual([70, 5]);
    expect(levels.eventLevel('m.room.topic', true)).toBe(10);
    expect([levels.eventLevel('m.room.name', true), levels.eventLevel('m.room.message', false)]).toEqual([2, 1]);
    expect([levels.notificationLevel('room'), levels.notificationLevel('other'), levels.ban]).toEqual([3, 50, 4]);
  });

  it('fall back to the defaults where an old room holds nonsense', () => {
    const content = { users: [50], users_default: 'many', events: 'all', ban: {}, kick: null };
    const levels = readPowerLevels(content, getRoomVersion('1'), [anna]);
    expect([levels.userLevel(anna), levels.eventLevel('m.room.topic', true), levels.ban, levels.kick]).toEqual([
      0, 50, 50, 50,
    ]);
  });

  it('do not find the members of object prototypes', () => {
    const levels = readPowerLevels({ users: {}, events: {} }, version, []);
    expect([levels.userLevel('constructor'), levels.eventLevel('toString', false)]).toEqual([0, 0]);
  });

  it('put every creator of version 12 above all numbers, whatever the event says', () => {
    const levels = readPowerLevels({ users: { [anna]: 1 } }, getRoomVersion('12'), [anna, clara]);
    expect([anna, clara, bernd].map(levels.userLevel)).toEqual([Infinity, Infinity, 0]);
  });
});
