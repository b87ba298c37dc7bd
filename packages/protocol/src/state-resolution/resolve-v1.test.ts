import { describe, expect, it } from 'vitest';
import type { EventId } from '../identifiers.ts';
import { nodeCrypto } from '../testing/node-crypto.ts';
import { getRoomVersion } from '../testing/get-room-version.ts';
import { anna, bernd, TestRoom, type EventDraft } from '../testing/test-room.ts';
import { resolveState } from './resolve.ts';
import { powerLevelsKey, toStateKey, type StateKey } from './state-key.ts';

const version = getRoomVersion('1');

/** A digest that says by its first byte where the event stands: `$low...` before `$mid...` before `$top...`. */
const crypto = {
  ...nodeCrypto,
  sha1: (input: Uint8Array | string) => Uint8Array.of(['$low', '$mid', '$top'].indexOf(String(input).slice(0, 4)), 0),
};

/** The event that wins when each of these is in the state of one branch of a room of Anna's. */
function winner(key: StateKey, drafts: readonly EventDraft[]): EventId | undefined {
  const room = new TestRoom(version);
  room.putMember(anna, 'join');
  room.putPowerLevels({ users: { [anna]: 100, [bernd]: 50 } });
  room.putJoinRule('public');
  room.putMember(bernd, 'join');
  const stateSets = drafts.map((draft) => {
    const event = room.build(draft);
    room.events.set(event.eventId, event);
    return new Map([...room.state, [key, event.eventId]]);
  });
  const get = (eventId: EventId) => room.find(eventId)?.event ?? room.create;
  return resolveState(version, stateSets, { get, isRejected: () => false }, crypto).get(key);
}

describe('a topic in a room of version 1', () => {
  const key = toStateKey('m.room.topic', '');
  const topic = (eventId: string, depth: number, sender: string = anna): EventDraft => ({
    type: 'm.room.topic',
    stateKey: '',
    sender,
    eventId,
    depth,
  });

  it('wins by its depth', () => {
    expect(winner(key, [topic('$low', 8), topic('$top', 9), topic('$mid', 7)])).toBe('$top');
  });

  it('wins, at the same depth, by the lowest digest of its id', () => {
    expect(winner(key, [topic('$mid', 9), topic('$low', 9), topic('$top', 9)])).toBe('$low');
  });

  it('does not win when its sender is not allowed to set it', () => {
    expect(winner(key, [topic('$low', 9, '@stranger:b.example'), topic('$top', 8), topic('$mid', 7)])).toBe('$top');
    const strangers = [topic('$low', 9, '@stranger:b.example'), topic('$top', 8, '@stranger:b.example')];
    expect(winner(key, strangers)).toBeUndefined();
  });
});

describe('the power levels in a room of version 1', () => {
  const levels = (eventId: string, depth: number, sender: string, users: Record<string, number>): EventDraft => ({
    type: 'm.room.power_levels',
    stateKey: '',
    sender,
    eventId,
    depth,
    content: { users },
  });
  const all = { [anna]: 100, [bernd]: 50 };

  it('are the deepest that follow from those before', () => {
    expect(winner(powerLevelsKey, [levels('$low', 9, bernd, all), levels('$top', 8, anna, all)])).toBe('$low');
  });

  it('are, at the same depth, those with the lowest digest', () => {
    expect(winner(powerLevelsKey, [levels('$mid', 9, anna, all), levels('$low', 9, bernd, all)])).toBe('$low');
    expect(winner(powerLevelsKey, [levels('$low', 9, bernd, all), levels('$mid', 9, anna, all)])).toBe('$low');
  });

  it('stop at the first that do not follow, even when later ones would', () => {
    const demotion = levels('$mid', 8, anna, { [anna]: 100 });
    expect(winner(powerLevelsKey, [demotion, levels('$low', 9, bernd, all), levels('$top', 10, anna, all)])).toBe(
      '$mid',
    );
  });
});
