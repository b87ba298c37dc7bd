import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../canonical-json.ts';
import { eventIdOf } from '../hashes.ts';
import { JsonNumberToken, type JsonObject } from '../json.ts';
import { utf8Length } from '../utf8.ts';
import { getRoomVersion } from '../testing/get-room-version.ts';
import { nodeCrypto } from '../testing/node-crypto.ts';
import { readPdu } from './read-pdu.ts';

const v1 = getRoomVersion('1');
const v5 = getRoomVersion('5');
const v11 = getRoomVersion('11');
const v12 = getRoomVersion('12');
const hash = 'Nhcu5BS-UMnFX7hBVfSVoXiD7OgH6iRT_xyIuqDnpYQ';

/** A good event of room version 12, with changes; `undefined` takes a key away. */
function eventWith(changes: Readonly<Record<string, JsonObject[string]>> = {}): JsonObject {
  const event: JsonObject = {
    type: 'm.room.message',
    room_id: `!${hash}`,
    sender: '@anna:a.example',
    content: { body: 'text' },
    depth: 5,
    origin_server_ts: 1_700_000_000_000,
    prev_events: [`$${hash}`],
    auth_events: [`$${hash}`],
    hashes: { sha256: 'hash' },
    signatures: { 'a.example': { 'ed25519:1': 'signature' } },
    ...changes,
  };
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined));
}

const references = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `$${hash}${index}`);
const outcome = (event: JsonObject, version = v12): string => {
  const result = readPdu(event, version, nodeCrypto);
  return result.ok ? 'ok' : result.reason;
};

test('a good event is read into its fields', () => {
  const event = eventWith({ state_key: '', unsigned: { age: 5 } });
  const result = readPdu(event, v12, nodeCrypto);
  const { unsigned: _unsigned, ...json } = event;
  expect(result).toEqual({
    ok: true,
    canonicalText: canonicalJson(json),
    pdu: {
      eventId: eventIdOf(event, v12, nodeCrypto),
      roomId: `!${hash}`,
      type: 'm.room.message',
      stateKey: '',
      sender: '@anna:a.example',
      content: { body: 'text' },
      depth: 5,
      originServerTs: 1_700_000_000_000,
      prevEvents: [`$${hash}`],
      authEvents: [`$${hash}`],
      redacts: undefined,
      json,
    },
  });
});

describe('each limit holds to the byte', () => {
  const pad = (
    changes: (padding: string) => Readonly<Record<string, JsonObject[string]>>,
    size: number,
  ): JsonObject => {
    const empty = utf8Length(canonicalJson(eventWith(changes(''))));
    return eventWith(changes('a'.repeat(size - empty)));
  };

  test.each([
    ['65,536 bytes', pad((body) => ({ content: { body } }), 65_536), 'ok'],
    ['65,537 bytes', pad((body) => ({ content: { body } }), 65_537), 'too-large'],
    ['65,537 bytes by signatures', pad((text) => ({ signatures: { a: { 'ed25519:1': text } } }), 65_537), 'too-large'],
    [
      '65,536 bytes and more that is unsigned',
      { ...pad((body) => ({ content: { body } }), 65_536), unsigned: { age: 1 } },
      'ok',
    ],
    ['40,000 bytes of two-byte characters', eventWith({ content: { body: 'ü'.repeat(20_000) } }), 'ok'],
    ['80,000 bytes of two-byte characters', eventWith({ content: { body: 'ü'.repeat(40_000) } }), 'too-large'],
    ['a type of 255 bytes', eventWith({ type: 'a'.repeat(255) }), 'ok'],
    ['a type of 256 bytes', eventWith({ type: 'a'.repeat(256) }), 'type'],
    ['a type of 256 bytes in 128 characters', eventWith({ type: 'ü'.repeat(128) }), 'type'],
    ['a state key of 255 bytes', eventWith({ state_key: `${'ü'.repeat(127)}a` }), 'ok'],
    ['a state key of 256 bytes', eventWith({ state_key: 'ü'.repeat(128) }), 'state_key'],
    ['a sender of 255 bytes', eventWith({ sender: `@${'a'.repeat(244)}:a.example` }), 'ok'],
    ['a sender of 256 bytes', eventWith({ sender: `@${'a'.repeat(245)}:a.example` }), 'sender'],
    ['a room id of 255 bytes', eventWith({ room_id: `!${'a'.repeat(244)}:a.example` }), 'ok'],
    ['a room id of 256 bytes', eventWith({ room_id: `!${'a'.repeat(245)}:a.example` }), 'room_id'],
    ['no previous events', eventWith({ prev_events: [] }), 'ok'],
    ['20 previous events', eventWith({ prev_events: references(20) }), 'ok'],
    ['21 previous events', eventWith({ prev_events: references(21) }), 'prev_events'],
    ['10 auth events', eventWith({ auth_events: references(10) }), 'ok'],
    ['11 auth events', eventWith({ auth_events: references(11) }), 'auth_events'],
    ['a reference of 255 bytes', eventWith({ prev_events: [`$${'a'.repeat(254)}`] }), 'ok'],
    ['a reference of 256 bytes', eventWith({ prev_events: [`$${'a'.repeat(255)}`] }), 'prev_events'],
    ['depth zero', eventWith({ depth: 0 }), 'ok'],
    ['a negative depth', eventWith({ depth: -1 }), 'depth'],
    ['the greatest depth', eventWith({ depth: Number.MAX_SAFE_INTEGER }), 'ok'],
    ['more than the greatest depth', eventWith({ depth: Number.MAX_SAFE_INTEGER + 1 }), 'canonical-json'],
    ['a time in the year 9999', eventWith({ origin_server_ts: 253_402_300_799_999 }), 'ok'],
  ])('%s', (_name, event, expected) => {
    expect(outcome(event)).toBe(expected);
  });
});

describe('each field must have its form', () => {
  test.each([
    ['type', undefined],
    ['type', 5],
    ['type', 'a\u0000b'],
    ['state_key', null],
    ['state_key', 5],
    ['state_key', 'a\u0000b'],
    ['sender', undefined],
    ['sender', 'anna'],
    ['sender', ['@anna:a.example']],
    ['room_id', undefined],
    ['room_id', '!short'],
    ['room_id', 5],
    ['content', undefined],
    ['content', 'text'],
    ['content', ['a']],
    ['content', null],
    ['depth', undefined],
    ['depth', '5'],
    ['origin_server_ts', undefined],
    ['origin_server_ts', '1700000000000'],
    ['prev_events', undefined],
    ['prev_events', '$event'],
    ['prev_events', { a: 1 }],
    ['prev_events', [5]],
    ['prev_events', ['event']],
    ['prev_events', [[`$${hash}`, { sha256: 'hash' }]]],
    ['auth_events', undefined],
    ['auth_events', [null]],
    ['hashes', undefined],
    ['hashes', 'hash'],
    ['hashes', {}],
    ['hashes', { sha256: 5 }],
    ['signatures', undefined],
    ['signatures', 'signature'],
    ['signatures', { 'a.example': 'signature' }],
    ['signatures', { 'a.example': { 'ed25519:1': 5 } }],
  ])('%s: %j is refused', (key, value) => {
    expect(outcome(eventWith({ [key]: value }))).toBe(key);
    expect(outcome(eventWith())).toBe('ok');
  });

  test('floats, huge integers and number tokens are refused where canonical JSON is the law', () => {
    for (const number of [1.5, 2 ** 53, -0, new JsonNumberToken('1.5')]) {
      expect(outcome(eventWith({ content: { number } }))).toBe('canonical-json');
    }
  });
});

describe('room versions 1 to 5', () => {
  const lenientEvent = (changes: Readonly<Record<string, JsonObject[string]>> = {}): JsonObject =>
    eventWith({ room_id: '!room:a.example', ...changes });

  test('take floats and huge integers as they were sent', () => {
    const result = readPdu(lenientEvent({ content: { a: new JsonNumberToken('1.50') } }), v5, nodeCrypto);
    expect(result.ok && result.canonicalText).toContain('"content":{"a":1.50}');
  });

  test('clamp a depth beyond 2^53, and take no float for a depth', () => {
    const result = readPdu(lenientEvent({ depth: new JsonNumberToken('9223372036854775807') }), v5, nodeCrypto);
    expect(result.ok && result.pdu.depth).toBe(Number.MAX_SAFE_INTEGER);
    expect(outcome(lenientEvent({ depth: new JsonNumberToken('5.0') }), v5)).toBe('depth');
    expect(outcome(lenientEvent({ depth: new JsonNumberToken('-9223372036854775807') }), v5)).toBe('depth');
    expect(outcome(lenientEvent({ depth: new JsonNumberToken('9223372036854775807') }), v12)).toBe('canonical-json');
  });
});

describe('room versions 1 and 2', () => {
  const wireEvent = (changes: Readonly<Record<string, JsonObject[string]>> = {}): JsonObject =>
    eventWith({
      room_id: '!room:a.example',
      event_id: '$event:a.example',
      prev_events: [['$previous:a.example', { sha256: 'hash' }]],
      auth_events: [['$auth:a.example', { sha256: 'hash' }]],
      ...changes,
    });

  test('read the id and the pairs from the wire', () => {
    const result = readPdu(wireEvent(), v1, nodeCrypto);
    expect(result.ok && result.pdu).toMatchObject({
      eventId: '$event:a.example',
      prevEvents: ['$previous:a.example'],
      authEvents: ['$auth:a.example'],
    });
  });

  test.each([
    ['event_id', undefined],
    ['event_id', `$${hash}`],
    ['event_id', `$${'a'.repeat(245)}:a.example`],
    ['prev_events', ['$previous:a.example']],
    ['prev_events', [['$previous:a.example']]],
    ['prev_events', [['$previous:a.example', 'hash']]],
    ['prev_events', [['$previous:a.example', {}, {}]]],
    ['auth_events', [[{ sha256: 'hash' }, '$auth:a.example']]],
  ])('refuse %s: %j', (key, value) => {
    expect(outcome(wireEvent({ [key]: value }), v1)).toBe(key);
  });
});

describe('the create event of room version 12', () => {
  const create = eventWith({
    type: 'm.room.create',
    state_key: '',
    room_id: undefined,
    prev_events: [],
    auth_events: [],
  });

  test('gives the room its id', () => {
    const result = readPdu(create, v12, nodeCrypto);
    expect(result.ok && result.pdu.roomId).toBe(`!${eventIdOf(create, v12, nodeCrypto)?.slice(1)}`);
    expect(outcome(create, v11)).toBe('room_id');
  });

  test('takes its id from nowhere else, whatever room_id says', () => {
    const withId: JsonObject = { ...create, room_id: '!room:a.example' };
    const result = readPdu(withId, v12, nodeCrypto);
    expect(result.ok && result.pdu.roomId).toBe(`!${eventIdOf(withId, v12, nodeCrypto)?.slice(1)}`);
  });
});

describe('the target of a redaction', () => {
  const redaction = (changes: Readonly<Record<string, JsonObject[string]>>): JsonObject =>
    eventWith({ type: 'm.room.redaction', ...changes });
  const targetOf = (event: JsonObject, version = v12): string | undefined => {
    const result = readPdu(event, version, nodeCrypto);
    return result.ok ? result.pdu.redacts : expect.fail(result.reason);
  };

  test('is in the content from room version 11 on, and at the top before', () => {
    const both = redaction({ redacts: '$top', content: { redacts: '$content' }, room_id: '!room:a.example' });
    expect(targetOf(both, v12)).toBe('$content');
    expect(targetOf(both, v11)).toBe('$content');
    expect(targetOf(both, getRoomVersion('10'))).toBe('$top');
  });

  test('is absent if it is no event id, and in other events', () => {
    expect(targetOf(redaction({ content: { redacts: 5 } }))).toBeUndefined();
    expect(targetOf(redaction({ content: { redacts: 'text' } }))).toBeUndefined();
    expect(targetOf(eventWith({ content: { redacts: '$content' } }))).toBeUndefined();
  });
});
