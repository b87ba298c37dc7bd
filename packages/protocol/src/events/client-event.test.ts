import { expect, test } from 'vitest';
import { getEventId, getRoomId, getServerName, getUserId } from '../identifiers.ts';
import { getRoomVersion } from '../testing/get-room-version.ts';
import { nodeCrypto, specSigner } from '../testing/node-crypto.ts';
import { buildPdu } from './build-pdu.ts';
import { toClientEvent } from './client-event.ts';
import type { EventIntent } from './event-intent.ts';
import type { Pdu } from './pdu.ts';

const build = (changes: Partial<EventIntent>, version: '10' | '11'): Pdu =>
  buildPdu(
    {
      roomId: getRoomId('!room:a.example'),
      type: 'm.room.message',
      sender: getUserId('@anna:a.example'),
      content: { body: 'text' },
      originServerTs: 5,
      depth: 1,
      prevEvents: [],
      authEvents: [],
      ...changes,
    },
    {
      version: getRoomVersion(version),
      serverName: getServerName('a.example'),
      signer: specSigner,
      crypto: nodeCrypto,
    },
  ).pdu;

test('a client sees what was said, not how it was federated', () => {
  const pdu = build({ stateKey: '' }, '11');
  expect(toClientEvent(pdu, { unsigned: { age: 5 } })).toEqual({
    content: { body: 'text' },
    event_id: pdu.eventId,
    origin_server_ts: 5,
    room_id: '!room:a.example',
    sender: '@anna:a.example',
    state_key: '',
    type: 'm.room.message',
    unsigned: { age: 5 },
  });
});

test('what does not apply is left out', () => {
  expect(Object.keys(toClientEvent(build({}, '11'), { omitRoomId: true }))).toEqual([
    'content',
    'event_id',
    'origin_server_ts',
    'sender',
    'type',
  ]);
});

test.each(['10', '11'] as const)('a redaction in room version %s names its target in both places', (version) => {
  const pdu = build({ type: 'm.room.redaction', redacts: getEventId('$bad'), content: { reason: 'spam' } }, version);
  expect(toClientEvent(pdu)).toMatchObject({ redacts: '$bad', content: { reason: 'spam', redacts: '$bad' } });
});
