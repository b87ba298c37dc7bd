import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestService } from '@stafette/homeserver/features/appservices/testing/test-service.ts';
import { TestClient } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ServerProcess } from '../real-server/server-process.ts';
import { until } from '../sdk/until.ts';
import { inParallel, killWhen, register, untilAnswered, type Participant } from './interrupted.ts';

const SENDERS = 8;
const MESSAGES = 2_000;
/** The service refuses every so many requests. */
const REFUSES_EVERY = 7;

const directory = mkdtempSync(join(tmpdir(), 'stafette-appservice-'));
const service = new TestService();
let server: ServerProcess;
let senders: Participant[];
let roomId: string;

beforeAll(async () => {
  const registration = {
    id: 'bridge',
    url: await service.start(),
    as_token: 'bridge-as-token',
    hs_token: 'bridge-hs-token',
    sender_localpart: '_bridge_bot',
    namespaces: {},
  };
  writeFileSync(join(directory, 'bridge.yaml'), JSON.stringify(registration));
  server = await ServerProcess.create([], { HS_APPSERVICES: directory });
  await server.start();
  senders = await Promise.all(Array.from({ length: SENDERS }, async (_, index) => register(server, `sender${index}`)));
  const [owner, ...others] = senders;
  if (owner === undefined) throw new Error('nobody sends');
  roomId = await owner.client.createRoom({ preset: 'public_chat' });
  for (const { client } of others) await client.join(roomId);
  await new TestClient(server.baseUrl, 'bridge-as-token').join(roomId);
}, 120_000);
afterAll(async () => {
  await server.dispose();
  await service.stop();
  rmSync(directory, { recursive: true, force: true });
});

test(
  '2,000 events reach a service once each, in order, through crashes of the server and refusals of the service',
  {
    timeout: 300_000,
  },
  async () => {
    let requests = 0;
    service.answer = () => {
      requests += 1;
      return requests % REFUSES_EVERY === 0 ? { status: 500 } : undefined;
    };
    let sent = 0;
    const killing = killWhen(
      server,
      [300, 700, 1_100, 1_500, 1_900],
      () => sent,
      () => sent === MESSAGES,
    );
    await inParallel(SENDERS, SENDERS, async (index) => {
      const sender = senders[index];
      for (let count = index; count < MESSAGES; count += SENDERS) {
        const path = `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/t${count}`;
        const body = { msgtype: 'm.text', body: `${index} ${count}` };
        await untilAnswered(async () => sender?.client.try('PUT', path, body) ?? Promise.reject(new Error('nobody')));
        sent += 1;
      }
    });
    const kills = await killing;
    const told = (): string[] =>
      service.events.filter(({ type }) => type === 'm.room.message').map(({ content }) => String(content['body']));
    await until('all events', () => told().length >= MESSAGES);
    expect(kills).toBeGreaterThan(3);
    expect(new Set(told()).size).toBe(MESSAGES);
    expect(told()).toHaveLength(MESSAGES);
    for (let sender = 0; sender < SENDERS; sender += 1) {
      const counts = told()
        .map((text) => text.split(' ').map(Number))
        .filter(([from]) => from === sender)
        .map(([, count]) => count);
      expect(counts).toEqual(counts.toSorted((one = 0, other = 0) => one - other));
    }
    // What was repeated was the same.
    for (const ofOneName of Map.groupBy(service.transactions, ({ path }) => path).values())
      for (const each of ofOneName) expect(each).toEqual(ofOneName[0]);
  },
);
