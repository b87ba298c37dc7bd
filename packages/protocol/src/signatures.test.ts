import { describe, expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { addContentHash, contentHash, hasValidContentHash } from './hashes.ts';
import type { JsonObject } from './json.ts';
import { redact } from './redaction.ts';
import type { RoomVersion } from './room-versions/room-version.ts';
import { roomVersions } from './room-versions/table.ts';
import { signEvent, signJson, verifyJsonSignature } from './signatures.ts';
import { getRoomVersion } from './testing/get-room-version.ts';
import { nodeCrypto, specSigner } from './testing/node-crypto.ts';

const plain = (value: JsonObject): unknown => JSON.parse(JSON.stringify(value));

describe('the vectors of the specification', () => {
  test('an empty object is signed', () => {
    const signature = 'K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ';
    expect(plain(signJson({}, 'domain', specSigner))).toEqual({ signatures: { domain: { 'ed25519:1': signature } } });
  });

  test('an object with data is signed', () => {
    const signature = 'KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw';
    expect(plain(signJson({ one: 1, two: 'Two' }, 'domain', specSigner))).toEqual({
      one: 1,
      signatures: { domain: { 'ed25519:1': signature } },
      two: 'Two',
    });
  });

  // The vectors keep `origin` under the signature, as room versions before 11 do.
  const version = getRoomVersion('1');

  test('a minimal event is hashed and signed', () => {
    const event = {
      room_id: '!x:domain',
      sender: '@a:domain',
      origin: 'domain',
      origin_server_ts: 1000000,
      signatures: {},
      hashes: {},
      type: 'X',
      content: {},
      prev_events: [],
      auth_events: [],
      depth: 3,
      unsigned: { age_ts: 1000000 },
    };
    const signature = 'KxwGjPSDEtvnFgU00fwFz+l6d2pJM6XBIaMEn81SXPTRl16AqLAYqfIReFGZlHi5KLjAWbOoMszkwsQma+lYAg';
    expect(plain(signEvent(addContentHash(event, nodeCrypto), version, 'domain', specSigner))).toEqual({
      ...event,
      hashes: { sha256: '5jM4wQpv6lnBo7CLIghJuHdW+s2CMBJPUOGOC89ncos' },
      signatures: { domain: { 'ed25519:1': signature } },
    });
  });

  test('an event whose content can be redacted is hashed and signed', () => {
    const event = {
      content: { body: 'Here is the message content' },
      event_id: '$0:domain',
      origin: 'domain',
      origin_server_ts: 1000000,
      type: 'm.room.message',
      room_id: '!r:domain',
      sender: '@u:domain',
      signatures: {},
      unsigned: { age_ts: 1000000 },
    };
    const signature = 'Wm+VzmOUOz08Ds+0NTWb1d4CZrVsJSikkeRxh6aCcUwu6pNC78FunoD7KNWzqFn241eYHYMGCA5McEiVPdhzBA';
    expect(plain(signEvent(addContentHash(event, nodeCrypto), version, 'domain', specSigner))).toEqual({
      ...event,
      hashes: { sha256: 'onLKD1bGljeBWQhWZ1kaP9SorVmRQNdN5aM2JYU2n/g' },
      signatures: { domain: { 'ed25519:1': signature } },
    });
  });
});

describe('signing', () => {
  test('keeps the signatures of others and what is unsigned, and covers neither', () => {
    const object = {
      a: 1,
      unsigned: { age: 5 },
      signatures: { 'b.example': { 'ed25519:x': 'theirs' }, 'a.example': { 'ed25519:0': 'old' } },
    };
    const signed = signJson(object, 'a.example', specSigner);
    const bare = signJson({ a: 1 }, 'a.example', specSigner);
    const own = (bare['signatures'] as JsonObject)['a.example'] as JsonObject;
    expect(plain(signed)).toEqual({
      ...object,
      signatures: { ...object.signatures, 'a.example': { 'ed25519:0': 'old', 'ed25519:1': own['ed25519:1'] } },
    });
  });
});

describe('verifying', () => {
  const signed = signJson({ a: 1, unsigned: { b: 2 } }, 'a.example', specSigner);
  const verify = (
    object: JsonObject,
    entity = 'a.example',
    keyId = 'ed25519:1',
    key: Uint8Array | string = specSigner.publicKey,
  ) => verifyJsonSignature(object, entity, keyId, key, nodeCrypto);
  const signatureOf = (signature: unknown): JsonObject =>
    ({ a: 1, signatures: { 'a.example': { 'ed25519:1': signature } } }) as JsonObject;
  const text = encodeBase64(specSigner.sign('{"a":1}'));

  test('accepts a good signature, whatever is unsigned, by the key as bytes or as base64', () => {
    expect(verify(signed)).toEqual({ ok: true });
    expect(verify({ ...signed, unsigned: { c: 3 } })).toEqual({ ok: true });
    expect(verify(signed, 'a.example', 'ed25519:1', encodeBase64(specSigner.publicKey))).toEqual({ ok: true });
    expect(verify(signatureOf(`${text}==`))).toEqual({ ok: true });
  });

  test.each([
    ['another content', { ...signed, a: 2 }, 'wrong'],
    ['more content', { ...signed, c: 2 }, 'wrong'],
    ['no signatures', { a: 1 }, 'missing'],
    ['signatures that are no object', { a: 1, signatures: [] }, 'missing'],
    ['a signature that is no string', signatureOf(5), 'missing'],
    ['a cut signature', signatureOf(text.slice(0, -2)), 'malformed-signature'],
    ['a longer signature', signatureOf(`${text}AA`), 'malformed-signature'],
    ['a signature with foreign characters', signatureOf(`${text.slice(0, -1)}!`), 'malformed-signature'],
    ['a number without canonical form', { ...signed, a: 1.5 }, 'not-canonical'],
  ])('refuses %s', (_name, object, reason) => {
    expect(verify(object)).toEqual({ ok: false, reason });
  });

  test('refuses signatures of others, of other keys, and unsafe keys', () => {
    expect(verify(signed, 'b.example')).toEqual({ ok: false, reason: 'missing' });
    expect(verify(signed, 'toString')).toEqual({ ok: false, reason: 'missing' });
    expect(verify(signed, 'a.example', 'ed25519:2')).toEqual({ ok: false, reason: 'missing' });
    expect(verify(signed, 'a.example', 'ed25519:1', new Uint8Array(32))).toEqual({ ok: false, reason: 'unsafe-key' });
    expect(verify(signed, 'a.example', 'ed25519:1', new Uint8Array(31))).toEqual({ ok: false, reason: 'unsafe-key' });
    expect(verify(signed, 'a.example', 'ed25519:1', 'no key')).toEqual({ ok: false, reason: 'unsafe-key' });
  });
});

describe('the content hash', () => {
  const event = {
    type: 'm.room.message',
    content: { body: 'a' },
    hashes: { sha256: 'x' },
    signatures: { a: {} },
    unsigned: { b: 1 },
  };

  test('covers all but hashes, signatures and what is unsigned', () => {
    const hash = contentHash(event, nodeCrypto);
    expect(contentHash({ type: 'm.room.message', content: { body: 'a' } }, nodeCrypto)).toBe(hash);
    expect(contentHash({ ...event, content: { body: 'b' } }, nodeCrypto)).not.toBe(hash);
    expect(contentHash({ ...event, extra: 1 }, nodeCrypto)).not.toBe(hash);
    expect(decodeBase64(hash)).toHaveLength(32);
  });

  test('shows that an event was changed or redacted on its way', () => {
    const hashed = addContentHash(event, nodeCrypto);
    expect(hasValidContentHash(hashed, nodeCrypto)).toBe(true);
    expect(hasValidContentHash({ ...hashed, content: {} }, nodeCrypto)).toBe(false);
    expect(hasValidContentHash({ ...hashed, hashes: {} }, nodeCrypto)).toBe(false);
    expect(hasValidContentHash({ ...hashed, hashes: 'text' }, nodeCrypto)).toBe(false);
  });
});

test.each([...roomVersions])(
  'in room version %s the signature of an event holds for its redacted form too',
  (_id, version: RoomVersion) => {
    const event = addContentHash(
      { type: 'm.room.message', sender: '@u:domain', content: { body: 'a' }, origin: 'domain' },
      nodeCrypto,
    );
    const signed = signEvent(event, version, 'domain', specSigner);
    const redacted = redact(signed, version);
    expect(verifyJsonSignature(redacted, 'domain', 'ed25519:1', specSigner.publicKey, nodeCrypto)).toEqual({
      ok: true,
    });
  },
);
