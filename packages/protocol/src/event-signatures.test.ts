import { describe, expect, test } from 'vitest';
import { encodeBase64 } from './base64.ts';
import {
  type FindServerKey,
  requiredSigners,
  type ServerVerifyKey,
  verifyEventSignatures,
} from './event-signatures.ts';
import { addContentHash } from './hashes.ts';
import { getServerName } from './identifiers.ts';
import type { JsonObject } from './json.ts';
import { redact } from './redaction.ts';
import { signEvent } from './signatures.ts';
import { getRoomVersion } from './testing/get-room-version.ts';
import { createSigner, nodeCrypto } from './testing/node-crypto.ts';

const v12 = getRoomVersion('12');
const v4 = getRoomVersion('4');
const server = getServerName('a.example');
const other = getServerName('b.example');
const firstKey = createSigner(new Uint8Array(32).fill(1), 'ed25519:1');
const secondKey = createSigner(new Uint8Array(32).fill(2), 'ed25519:2');

const ts = 1_000_000;
const event: JsonObject = addContentHash(
  { type: 'm.room.message', sender: '@anna:a.example', content: { body: 'text' }, origin_server_ts: ts, depth: 1 },
  nodeCrypto,
);
const signed = signEvent(event, v12, server, firstKey);
const signedTwice = signEvent(signed, v12, server, secondKey);

const keysOf =
  (keys: Readonly<Record<string, ServerVerifyKey>>): FindServerKey =>
  (serverName, keyId) =>
    keys[`${serverName} ${keyId}`];
const first: ServerVerifyKey = { publicKey: firstKey.publicKey, validUntilTs: ts };
const second: ServerVerifyKey = { publicKey: secondKey.publicKey, validUntilTs: ts };
const known = keysOf({ 'a.example ed25519:1': first, 'a.example ed25519:2': second });

const verify = (json: JsonObject, findKey: FindServerKey = known, version = v12, servers = [server]) =>
  verifyEventSignatures(json, version, servers, findKey, nodeCrypto);

describe('the signatures of an event', () => {
  test('hold for the event, its redacted form and any `unsigned`', () => {
    expect(verify(signed)).toEqual({ ok: true });
    expect(verify(redact(signed, v12))).toEqual({ ok: true });
    expect(verify({ ...signed, content: { body: 'other text' }, unsigned: { age: 5 } })).toEqual({ ok: true });
  });

  test('do not hold for other essential fields', () => {
    for (const change of [
      { sender: '@bernd:a.example' },
      { type: 'm.room.name' },
      { depth: 2 },
      { state_key: '' },
      { hashes: { sha256: 'x' } },
    ]) {
      expect(verify({ ...signed, ...change })).toEqual({
        ok: false,
        reason: 'wrong',
        serverName: server,
        keyId: 'ed25519:1',
      });
    }
  });

  test('must be there for every required server', () => {
    expect(verify(event)).toEqual({ ok: false, reason: 'missing', serverName: server });
    expect(verify(signed, known, v12, [server, other])).toEqual({ ok: false, reason: 'missing', serverName: other });
    expect(verify(event, known, v12, [])).toEqual({ ok: true });
  });

  test('by keys of other algorithms do not count', () => {
    expect(verify({ ...event, signatures: { 'a.example': { 'rsa:1': 'x' } } })).toEqual({
      ok: false,
      reason: 'missing',
      serverName: server,
    });
  });

  test('by unknown keys are skipped if there is a good one, and asked for if not', () => {
    const onlySecond = keysOf({ 'a.example ed25519:2': second });
    expect(verify(signedTwice, onlySecond)).toEqual({ ok: true });
    expect(verify(signed, onlySecond)).toEqual({
      ok: false,
      reason: 'unknown-key',
      serverName: server,
      keyIds: ['ed25519:1'],
    });
  });

  test('by known keys must all hold', () => {
    const wrong = {
      ...(signedTwice['signatures'] as JsonObject),
      'a.example': {
        'ed25519:1': encodeBase64(new Uint8Array(64)),
        'ed25519:2': ((signedTwice['signatures'] as JsonObject)['a.example'] as JsonObject)['ed25519:2'],
      },
    };
    expect(verify({ ...signedTwice, signatures: wrong })).toEqual({
      ok: false,
      reason: 'wrong',
      serverName: server,
      keyId: 'ed25519:1',
    });
    const notText = { 'a.example': { 'ed25519:1': 5 } };
    expect(verify({ ...event, signatures: notText })).toEqual({
      ok: false,
      reason: 'malformed-signature',
      serverName: server,
      keyId: 'ed25519:1',
    });
  });

  test('by a key of small order are refused', () => {
    const neutral = new Uint8Array(32);
    neutral[0] = 1;
    const forged = new Uint8Array(64);
    forged[0] = 1;
    const keys = keysOf({ 'a.example ed25519:1': { publicKey: neutral, validUntilTs: ts } });
    const json = { ...event, signatures: { 'a.example': { 'ed25519:1': encodeBase64(forged) } } };
    expect(verify(json, keys)).toEqual({ ok: false, reason: 'unsafe-key', serverName: server, keyId: 'ed25519:1' });
  });

  test('of an event without canonical form are refused in strict rooms', () => {
    expect(verify({ ...signed, depth: 1.5 })).toEqual({ ok: false, reason: 'not-canonical', serverName: server });
  });
});

describe('the validity of keys', () => {
  const until = (validUntilTs: number): FindServerKey => keysOf({ 'a.example ed25519:1': { ...first, validUntilTs } });
  const retired = (expiredTs: number): FindServerKey => keysOf({ 'a.example ed25519:1': { ...first, expiredTs } });
  const signedV4 = signEvent(event, v4, server, firstKey);

  test('must reach to the time of the event from room version 5 on', () => {
    expect(verify(signed, until(ts))).toEqual({ ok: true });
    expect(verify(signed, until(ts - 1))).toEqual({
      ok: false,
      reason: 'key-needs-refresh',
      serverName: server,
      keyIds: ['ed25519:1'],
    });
    expect(verify(signedV4, until(ts - 1), v4)).toEqual({ ok: true });
  });

  test('ends with a key that was retired before the event, in every room version', () => {
    expect(verify(signed, retired(ts))).toEqual({ ok: true });
    expect(verify(signed, retired(ts - 1))).toEqual({ ok: false, reason: 'expired-key', serverName: server });
    expect(verify(signedV4, retired(ts), v4)).toEqual({ ok: true });
    expect(verify(signedV4, retired(ts - 1), v4)).toEqual({ ok: false, reason: 'expired-key', serverName: server });
  });

  test('cannot be shown for an event without a time', () => {
    const timeless = signEvent({ ...event, origin_server_ts: 'yesterday' }, v12, server, firstKey);
    expect(verify(timeless)).toMatchObject({ ok: false, reason: 'key-needs-refresh' });
  });
});

describe('the required signers', () => {
  const member = (content: JsonObject): JsonObject => ({ type: 'm.room.member', sender: '@anna:a.example', content });

  test('are the server of the sender', () => {
    expect(requiredSigners(event, v12)).toEqual([server]);
    expect(requiredSigners({ ...event, sender: 5 }, v12)).toEqual([]);
  });

  test('and in versions 1 and 2 that of the event id', () => {
    const withId = { ...event, event_id: '$x:b.example' };
    expect(requiredSigners(withId, getRoomVersion('2'))).toEqual([server, other]);
    expect(requiredSigners(withId, getRoomVersion('3'))).toEqual([server]);
  });

  test('and for a restricted join that of the user who authorized it', () => {
    const join = member({ membership: 'join', join_authorised_via_users_server: '@bernd:b.example' });
    expect(requiredSigners(join, getRoomVersion('8'))).toEqual([server, other]);
    expect(requiredSigners(join, getRoomVersion('7'))).toEqual([server]);
    expect(
      requiredSigners(member({ membership: 'leave', join_authorised_via_users_server: '@bernd:b.example' }), v12),
    ).toEqual([server]);
  });

  test('but not the sender of a third-party invitation', () => {
    expect(requiredSigners(member({ membership: 'invite', third_party_invite: { signed: {} } }), v12)).toEqual([]);
    expect(requiredSigners(member({ membership: 'join', third_party_invite: { signed: {} } }), v12)).toEqual([server]);
  });
});
