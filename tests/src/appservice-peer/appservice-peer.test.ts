import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRegistrations } from '@stafette/homeserver/features/appservices/index.ts';
import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import type { Appservice } from 'matrix-bot-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../sdk/until.ts';
import { loadBotSdk } from './load-bot-sdk.ts';

/** The journey of a bridge that is written with matrix-bot-sdk, over HTTP in both directions; each test is its next step. */
const { Appservice: BotSdkAppservice, LogService, LogLevel, SimpleFsStorageProvider } = loadBotSdk();
const directory = mkdtempSync(join(tmpdir(), 'stafette-peer-'));
const registration = {
  id: 'demo',
  as_token: 'demo-as-token',
  hs_token: 'demo-hs-token',
  sender_localpart: '_demo_bot',
  namespaces: {
    users: [{ exclusive: true, regex: '@_demo_.*' }],
    aliases: [{ exclusive: true, regex: '#_demo_.*' }],
    rooms: [],
  },
  rate_limited: false,
  'de.sorunome.msc2409.push_ephemeral': true,
};
const GHOST = '@_demo_carol:test.example';

interface Heard {
  readonly roomId: string;
  readonly sender: string;
  readonly body: unknown;
}

let http: Server;
let homeserver: TestHomeserver;
let bridge: Appservice;
let anna: TestUser;
let annas: TestClient;
let roomId: string;
const heard: Heard[] = [];
const typing: unknown[] = [];

/** What the bridge does by itself: it takes users and rooms over that are asked for, joins where it is invited, and listens. */
function furnish(appservice: Appservice): void {
  appservice.on('query.user', (_userId: string, create: (profile: object) => void) =>
    create({ display_name: 'Carol' }),
  );
  appservice.on('query.room', (_alias: string, create: (room: object) => void) =>
    create({ preset: 'public_chat', name: 'Made on demand' }),
  );
  appservice.on('room.invite', (invitedTo: string, event: { state_key: string }) => {
    void appservice
      .getIntentForUserId(event.state_key)
      .joinRoom(invitedTo)
      .catch(() => undefined);
  });
  appservice.on('room.message', (inRoom: string, event: { sender: string; content: { body?: unknown } }) =>
    heard.push({ roomId: inRoom, sender: event.sender, body: event.content.body }),
  );
  appservice.on('ephemeral.event', (event: { type: string; content: unknown }) => {
    if (event.type === 'm.typing') typing.push(event.content);
  });
}

beforeAll(async () => {
  LogService.setLevel(LogLevel.ERROR);
  http = createServer((request, response) => void bridge.expressAppInstance(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  // Listening on TCP, so that the address is an object.
  const { port } = http.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(join(directory, 'demo.yaml'), JSON.stringify({ ...registration, url }));
  const { registrations: appservices, problems, warnings } = readRegistrations(directory);
  if (problems.length + warnings.length > 0) throw new Error([...problems, ...warnings].join('\n'));
  homeserver = await startHomeserver({ startMs: Date.now(), settings: { appservices } });
  bridge = new BotSdkAppservice({
    port,
    bindAddress: '127.0.0.1',
    homeserverName: homeserver.serverName,
    homeserverUrl: homeserver.baseUrl,
    storage: new SimpleFsStorageProvider(join(directory, 'storage.json')),
    registration,
  });
  furnish(bridge);
  anna = await homeserver.register('anna');
  annas = homeserver.as(anna);
});
afterAll(async () => {
  await homeserver.stop();
  http.closeAllConnections();
  http.close();
  rmSync(directory, { recursive: true, force: true });
});

test('the bridge knows its own account, which is there already', async () => {
  await bridge.botIntent.ensureRegistered();
  expect(await bridge.botClient.getWhoAmI()).toMatchObject({ user_id: '@_demo_bot:test.example' });
});

test('a ghost whom nobody knew is made when a person invites them, and joins', async () => {
  roomId = await annas.createRoom({ invite: [GHOST] });
  const member = `/rooms/${encodeURIComponent(roomId)}/state/m.room.member/${encodeURIComponent(GHOST)}`;
  await expect
    .poll(async () => annas.get(member), { timeout: 10_000 })
    .toMatchObject({ membership: 'join', displayname: 'Carol' });
});

test('what people say reaches the bridge, and what the ghost says reaches people', async () => {
  await annas.send(roomId, 'Guten Morgen');
  await until('the message', () => heard.some(({ body }) => body === 'Guten Morgen'));
  const eventId = await bridge.getIntentForUserId(GHOST).sendText(roomId, 'Bonjour');
  const event = `/rooms/${encodeURIComponent(roomId)}/event/${encodeURIComponent(eventId)}`;
  expect(await annas.get(event)).toMatchObject({ sender: GHOST, content: { body: 'Bonjour' } });
  await until('the echo', () => heard.some(({ body }) => body === 'Bonjour'));
  expect(heard).toEqual([
    { roomId, sender: anna.userId, body: 'Guten Morgen' },
    { roomId, sender: GHOST, body: 'Bonjour' },
  ]);
});

test('who types is told', async () => {
  await annas.put(`/rooms/${encodeURIComponent(roomId)}/typing/${encodeURIComponent(anna.userId)}`, { typing: true });
  await until('the typing', () => typing.length > 0);
  expect(typing[0]).toEqual({ user_ids: [anna.userId] });
});

test('a room that nobody knew is made when a person joins its alias', async () => {
  const made = await annas.join('#_demo_lobby:test.example');
  expect(await annas.get(`/rooms/${encodeURIComponent(made)}/state/m.room.name`)).toMatchObject({
    name: 'Made on demand',
  });
});
