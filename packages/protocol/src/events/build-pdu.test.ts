import { describe, expect, test } from 'vitest';
import { canonicalJson, CanonicalJsonError } from '../canonical-json.ts';
import { requiredSigners, verifyEventSignatures } from '../event-signatures.ts';
import { hasValidContentHash, referenceHash } from '../hashes.ts';
import { encodeBase64 } from '../base64.ts';
import { getEventId, getRoomId, getServerName, getUserId } from '../identifiers.ts';
import type { JsonObject } from '../json.ts';
import { parseJson } from '../parse-json.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';
import { roomVersions } from '../room-versions/table.ts';
import { getRoomVersion } from '../testing/get-room-version.ts';
import { nodeCrypto, specSigner } from '../testing/node-crypto.ts';
import { buildPdu, InvalidEventIntentError } from './build-pdu.ts';
import type { EventIntent, EventReference } from './event-intent.ts';
import { readPdu } from './read-pdu.ts';

const serverName = getServerName('a.example');
const contextOf = (version: RoomVersion) => ({ version, serverName, signer: specSigner, crypto: nodeCrypto });
const reference = (name: string): EventReference => ({ eventId: getEventId(name), sha256: 'hash' });

const intentWith = (changes: Partial<EventIntent> = {}): EventIntent => ({
  roomId: getRoomId('!room:a.example'),
  type: 'm.room.message',
  sender: getUserId('@anna:a.example'),
  content: { msgtype: 'm.text', body: 'Grüße \u{1F600}', a: { z: 1, y: [1, { x: null }] } },
  originServerTs: 1_700_000_000_000,
  depth: 7,
  prevEvents: [reference('$one:a.example'), reference('$two:a.example')],
  authEvents: [reference('$create:a.example')],
  ...changes,
});

const power = { users: { '@anna:a.example': 100 }, invite: 50, notifications: { room: 50 } };
const intents: readonly (readonly [string, EventIntent])[] = [
  ['a message', intentWith()],
  ['an empty message', intentWith({ content: {} })],
  [
    'a member',
    intentWith({
      type: 'm.room.member',
      stateKey: '@anna:a.example',
      content: { membership: 'join', displayname: 'Anna' },
    }),
  ],
  ['power levels', intentWith({ type: 'm.room.power_levels', stateKey: '', content: power })],
  [
    'a redaction',
    intentWith({ type: 'm.room.redaction', redacts: getEventId('$bad:a.example'), content: { reason: 'spam' } }),
  ],
  ['a state event of an odd type', intentWith({ type: 'ü"\\', stateKey: 'a\nb' })],
];

describe.each([...roomVersions])('in room version %s', (_id, version) => {
  test.each(intents)('%s comes back from its own text, hashed, signed and named', (_name, intent) => {
    const { pdu, canonicalText, sha256 } = buildPdu(intent, contextOf(version));
    const parsed = parseJson(canonicalText, { mode: 'strict' });
    const read = readPdu(parsed.ok ? (parsed.value as JsonObject) : {}, version, nodeCrypto);
    expect(read).toEqual({ ok: true, pdu, canonicalText });
    expect(canonicalJson(pdu.json)).toBe(canonicalText);
    expect(hasValidContentHash(pdu.json, nodeCrypto)).toBe(true);
    expect(encodeBase64(referenceHash(pdu.json, version, nodeCrypto))).toBe(sha256);
    const key = { publicKey: specSigner.publicKey, validUntilTs: intent.originServerTs };
    const signers = requiredSigners(pdu.json, version);
    expect(signers).toEqual([serverName]);
    expect(verifyEventSignatures(pdu.json, version, signers, () => key, nodeCrypto)).toEqual({ ok: true });
  });

  test('the target of a redaction is where the version wants it', () => {
    const { pdu } = buildPdu(
      intentWith({ type: 'm.room.redaction', redacts: getEventId('$bad:a.example'), content: {} }),
      contextOf(version),
    );
    expect(pdu.redacts).toBe('$bad:a.example');
    expect(version.redactsInContent ? pdu.content['redacts'] : pdu.json['redacts']).toBe('$bad:a.example');
    expect(version.redactsInContent ? pdu.json['redacts'] : pdu.content['redacts']).toBeUndefined();
  });
});

test('a room of version 12 is named by its create event, which names no room', () => {
  const version = getRoomVersion('12');
  const { roomId: _roomId, ...create } = intentWith({
    type: 'm.room.create',
    stateKey: '',
    content: { room_version: '12' },
    prevEvents: [],
    authEvents: [],
  });
  const { pdu } = buildPdu(create, contextOf(version));
  expect(pdu.roomId).toBe(`!${pdu.eventId.slice(1)}`);
  expect(pdu.json['room_id']).toBeUndefined();
});

test('versions 1 and 2 get a given id, or one made of the hash', () => {
  const context = contextOf(getRoomVersion('1'));
  expect(buildPdu(intentWith({ wireEventId: getEventId('$given:a.example') }), context).pdu.eventId).toBe(
    '$given:a.example',
  );
  const [one, same, other] = [intentWith(), intentWith(), intentWith({ depth: 8 })].map(
    (intent) => buildPdu(intent, context).pdu.eventId,
  );
  expect(one).toMatch(/^\$[\w-]{43}:a\.example$/);
  expect(same).toBe(one);
  expect(other).not.toBe(one);
});

test('a depth beyond the limit is clamped', () => {
  const { pdu } = buildPdu(intentWith({ depth: 2 ** 53 }), contextOf(getRoomVersion('11')));
  expect([pdu.depth, pdu.json['depth']]).toEqual([Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]);
});

describe('an intent is refused', () => {
  const references = (count: number): readonly EventReference[] =>
    Array.from({ length: count }, (_, index) => reference(`$e${index}:a.example`));
  const v11 = getRoomVersion('11');
  const reasonOf = (intent: EventIntent, version = v11): string => {
    try {
      buildPdu(intent, contextOf(version));
      return 'ok';
    } catch (error) {
      return error instanceof InvalidEventIntentError ? error.reason : 'another error';
    }
  };

  test.each([
    ['type', intentWith({ type: 'a'.repeat(255) }), intentWith({ type: 'a'.repeat(256) })],
    ['type', intentWith({ type: 'a' }), intentWith({ type: 'a\u0000' })],
    ['type', intentWith({ type: 'a' }), intentWith({ type: '\ud800' })],
    ['state_key', intentWith({ stateKey: 'ü'.repeat(127) }), intentWith({ stateKey: 'ü'.repeat(128) })],
    ['prev_events', intentWith({ prevEvents: references(20) }), intentWith({ prevEvents: references(21) })],
    ['auth_events', intentWith({ authEvents: references(10) }), intentWith({ authEvents: references(11) })],
  ])('for its %s', (reason, good, bad) => {
    expect(reasonOf(good)).toBe('ok');
    expect(reasonOf(bad)).toBe(reason);
  });

  test('for a room id that is missing, or that the version forbids', () => {
    const v12 = getRoomVersion('12');
    const { roomId: _roomId, ...roomless } = intentWith();
    expect(reasonOf(roomless)).toBe('room_id');
    expect(reasonOf(roomless, v12)).toBe('room_id');
    expect(reasonOf({ ...roomless, type: 'm.room.create' }, v12)).toBe('ok');
    expect(reasonOf(intentWith({ type: 'm.room.create' }), v12)).toBe('room_id');
    expect(reasonOf(intentWith({ type: 'm.room.create' }), v11)).toBe('ok');
  });

  test('for references without hashes where the version needs them', () => {
    const bare = intentWith({ prevEvents: [getEventId('$one:a.example')] });
    expect(reasonOf(bare, getRoomVersion('3'))).toBe('ok');
    expect(reasonOf(bare, getRoomVersion('2'))).toBe('prev_events');
  });

  test('for content without canonical form', () => {
    for (const content of [{ a: 1.5 }, { a: 2 ** 53 }, { a: '\ud800' }]) {
      expect(() => buildPdu(intentWith({ content }), contextOf(v11))).toThrow(CanonicalJsonError);
    }
  });
});
