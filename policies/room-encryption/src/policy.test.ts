import type { JsonObject } from '@stafette/protocol';
import { describe, expect, test } from 'vitest';
import { MEGOLM, roomEncryption } from './policy.ts';

const roomWith = (state: Readonly<Record<string, JsonObject>>) => ({
  stateContent: (type: string, stateKey: string) => (stateKey === '' ? state[type] : undefined),
});
const encrypted = roomWith({
  'm.room.join_rules': { join_rule: 'invite' },
  'm.room.encryption': { algorithm: MEGOLM },
});
const openRoom = roomWith({ 'm.room.join_rules': { join_rule: 'public' } });
const space = roomWith({ 'm.room.create': { type: 'm.space' }, 'm.room.join_rules': { join_rule: 'invite' } });
const codes = (
  candidate: { type: string; stateKey?: string; content?: JsonObject },
  room: ReturnType<typeof roomWith>,
) =>
  roomEncryption
    .decideEvent({ sender: '@anna:test.example', content: {}, ...candidate }, room)
    .map((violation) => violation.code);

describe('a readable message', () => {
  test.each(['m.room.message', 'm.sticker', 'm.poll.start', 'org.example.note'])(
    'of type %s is refused in an encrypted room and allowed in a public one',
    (type) => {
      expect(codes({ type }, encrypted)).toEqual(['room-encryption.plaintext']);
      expect(codes({ type }, space)).toEqual(['room-encryption.plaintext']);
      expect(codes({ type }, openRoom)).toEqual([]);
    },
  );

  test.each(['m.room.encrypted', 'm.reaction', 'm.room.redaction', 'm.call.invite'])(
    'of type %s is allowed everywhere',
    (type) => {
      expect(codes({ type }, encrypted)).toEqual([]);
    },
  );
});

describe('verification between people', () => {
  test('is allowed in an encrypted room, and its request only as what it is', () => {
    const ask = (msgtype: string) => codes({ type: 'm.room.message', content: { msgtype, body: 'x' } }, encrypted);
    expect(codes({ type: 'm.key.verification.start' }, encrypted)).toEqual([]);
    expect(ask('m.key.verification.request')).toEqual([]);
    expect(ask('m.key.verification.request.not')).toEqual(['room-encryption.plaintext']);
    expect(ask('m.text')).toEqual(['room-encryption.plaintext']);
  });
});

describe('the encryption of a room', () => {
  test('can be set and kept, but not removed or changed', () => {
    const set = (content: JsonObject) => codes({ type: 'm.room.encryption', stateKey: '', content }, encrypted);
    expect(set({ algorithm: MEGOLM, rotation_period_msgs: 50 })).toEqual([]);
    expect(set({})).toEqual(['room-encryption.fixed']);
    expect(set({ algorithm: 'none' })).toEqual(['room-encryption.fixed']);
  });

  test('comes before a public room is closed', () => {
    const close = { type: 'm.room.join_rules', stateKey: '', content: { join_rule: 'invite' } };
    expect(codes(close, openRoom)).toEqual(['room-encryption.missing']);
    expect(codes(close, encrypted)).toEqual([]);
    expect(codes(close, space)).toEqual([]);
  });
});
