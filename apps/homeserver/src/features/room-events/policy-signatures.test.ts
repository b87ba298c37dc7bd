import { forbidden } from '@stafette/contracts';
import { createTestDatabase, MovableClock, SeededRandom, type TestDatabase } from '@stafette/testkit';
import {
  encodeBase64,
  findRoomVersion,
  parseServerName,
  parseUserId,
  POLICY_SERVER_KEY_ID,
  signaturesOf,
  signEvent,
  type RoomId,
} from '@stafette/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql } from '../../database/sql.ts';
import { silentLog } from '../../platform/log.ts';
import { createSigner, protocolCrypto } from '../server-keys/index.ts';
import { RoomEvents, type EventIntent } from './index.ts';
import type { AskPolicyServer } from './policy-signatures.ts';

const serverName = parseServerName('test.example') ?? expect.unreachable();
const anna = parseUserId('@anna:test.example') ?? expect.unreachable();
const version = findRoomVersion('12') ?? expect.unreachable();
const key = createSigner(POLICY_SERVER_KEY_ID, new Uint8Array(32).fill(9));

const state = (type: string, content: EventIntent['content'], stateKey = ''): EventIntent => ({
  type,
  stateKey,
  sender: anna,
  content,
});
const message = (body: string): EventIntent => ({
  type: 'm.room.message',
  sender: anna,
  content: { msgtype: 'm.text', body },
});
const policy = state('m.room.policy', { via: serverName, public_keys: { ed25519: encodeBase64(key.publicKey) } });

let database: TestDatabase;
let rooms: RoomEvents;
let roomId: RoomId;
/** What the policy server was asked about. */
let asked: unknown[];
/** When it answers. */
let delay: Promise<void>;

/** A policy server that takes nothing that says so. */
const ask: AskPolicyServer = async (pdu, roomVersion, { via }) => {
  asked.push(pdu.content['body']);
  await delay;
  if (pdu.content['body'] === 'refuse me') throw forbidden('Refused');
  const signed = signEvent({ ...pdu.json, signatures: {} }, roomVersion, via, key);
  const signature = signaturesOf(signed, via)[POLICY_SERVER_KEY_ID];
  return typeof signature === 'string' ? signature : expect.unreachable();
};

beforeAll(async () => {
  database = await createTestDatabase();
  await database.database.write(async (tx) => {
    await tx.execute(sql`alter table event add constraint no_poison check (json not like '%poison%')`);
  });
});
afterAll(async () => database.drop());
beforeEach(async () => {
  asked = [];
  delay = Promise.resolve();
  rooms = await RoomEvents.open({
    database: database.database,
    clock: new MovableClock(),
    random: new SeededRandom('policy'),
    log: silentLog,
    serverName,
    signer: createSigner('ed25519:a_test', new Uint8Array(32).fill(7)),
    crypto: protocolCrypto,
    policies: [],
    askPolicyServer: ask,
  });
  const first = [state('m.room.create', { room_version: '12' }), state('m.room.member', { membership: 'join' }, anna)];
  ({ roomId } = await rooms.createRoom(version, first));
  await rooms.append(roomId, [policy]);
});
afterEach(async () => rooms.settle());

/** The bodies of the room's messages, each of which stands on the one before and is signed. */
async function listBodies(): Promise<readonly unknown[]> {
  const { nid } = await rooms.getRoom(roomId);
  const range = { limit: 1000, direction: 'forward' } as const;
  const { events } = await rooms.listTimeline(database.database.reader, nid, range);
  events.slice(1).forEach((event, index) => expect(event.pdu.prevEvents).toEqual([events[index]?.eventId]));
  const messages = events.filter((event) => event.type === 'm.room.message');
  for (const { pdu } of messages) expect(Object.keys(signaturesOf(pdu.json, serverName))).toHaveLength(2);
  return messages.map((event) => event.content['body']);
}

const statusesOf = async (appends: readonly Promise<unknown>[]): Promise<readonly string[]> =>
  (await Promise.allSettled(appends)).map(({ status }) => status);

test('messages sent at once are asked about one by one, and one that is refused takes nobody with it', async () => {
  const bodies = ['one', 'refuse me', 'two', 'three'];
  const statuses = await statusesOf(bodies.map(async (body) => rooms.append(roomId, [message(body)])));
  expect(statuses).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(asked).toEqual(bodies);
  expect(await listBodies()).toEqual(['one', 'two', 'three']);
});

test('events appended together are asked about together, and are written all or not at all', async () => {
  await expect(rooms.append(roomId, [message('one'), message('refuse me'), message('two')])).rejects.toThrow('Refused');
  await rooms.append(roomId, [message('one'), message('two')]);
  expect(asked).toEqual(['one', 'refuse me', 'two', 'one', 'two']);
  expect(await listBodies()).toEqual(['one', 'two']);
});

test('a batch that the database refuses costs no signature but those behind the bad part', async () => {
  const bodies = ['warm-up', 'before', 'poison', 'after', 'last'];
  const statuses = await statusesOf(bodies.map(async (body) => rooms.append(roomId, [message(body)])));
  expect(statuses).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(new Set(await listBodies())).toEqual(new Set(['warm-up', 'before', 'after', 'last']));
  expect(asked.filter((body) => body === 'before')).toHaveLength(1);
});

test('what relied on a setting that the database refused is asked about after all', async () => {
  const bodies = ['relying on there being none', 'and another'];
  const statuses = await statusesOf([
    rooms.append(roomId, [state('m.room.policy', { poison: true })]),
    ...bodies.map(async (body) => rooms.append(roomId, [message(body)])),
  ]);
  expect(statuses).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(new Set(await listBodies())).toEqual(new Set(bodies));
});

test('only so many messages wait for a policy server that takes its time', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  delay = promise;
  const sent = Promise.allSettled(Array.from({ length: 101 }, async () => rooms.append(roomId, [message('hello')])));
  await expect(rooms.append(roomId, [message('one more')])).rejects.toMatchObject({ errcode: 'M_LIMIT_EXCEEDED' });
  resolve();
  expect((await sent).map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
  await expect(rooms.append(roomId, [message('later')])).resolves.toHaveLength(1);
  expect(await listBodies()).toHaveLength(101);
});

test('a repeated request is asked about once', async () => {
  const transaction = { sessionKey: 's', txnId: '1' };
  const send = async () => rooms.append(roomId, [message('once')], { transaction });
  const [[first], [second]] = await Promise.all([send(), send()]);
  expect(second?.eventId).toBe(first?.eventId);
  expect(asked).toEqual(['once']);
});
