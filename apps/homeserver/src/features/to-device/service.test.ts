import type { DeviceId, JsonObject, UserId } from '@stafette/protocol';
import { createTestDatabase, MovableClock, type TestDatabase } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Notifier } from '../../streams/notifier.ts';
import { createToDevice, type ToDevice, type ToDeviceRequest } from './service.ts';

const anna = '@anna:test' as UserId;
const bernd = '@bernd:test' as UserId;
const devices = new Map<UserId, readonly DeviceId[]>([[bernd, ['ONE', 'TWO'] as DeviceId[]]]);

const clock = new MovableClock();
let testDatabase: TestDatabase;
let toDevice: ToDevice;
const open = (): Promise<ToDevice> =>
  createToDevice({
    database: testDatabase.database,
    clock,
    notifier: new Notifier(),
    listDeviceIds: async () => devices,
  });

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  toDevice = await open();
});
afterAll(async () => testDatabase.drop());

const request = (txnId: string, target: string, content: JsonObject = {}): ToDeviceRequest => ({
  sender: anna,
  sessionKey: 'anna phone',
  txnId,
  type: 'm.room_key',
  messages: new Map([[bernd, new Map([[target as DeviceId, content]])]]),
});
const takeAll = async (deviceId: string, after = 0) => toDevice.take(bernd, deviceId as DeviceId, after, 1000);

test('a message reaches the named device once, however often the request is repeated', async () => {
  const before = toDevice.position.current;
  await Promise.all(Array.from({ length: 20 }, () => toDevice.send(request('same', 'ONE', { n: 1 }))));
  const { events, upTo } = await takeAll('ONE', before);
  expect(events.map((event) => JSON.parse(event))).toEqual([{ content: { n: 1 }, sender: anna, type: 'm.room_key' }]);
  expect((await takeAll('TWO', before)).events).toEqual([]);
  await toDevice.acknowledge(bernd, 'ONE' as DeviceId, upTo);
  expect((await takeAll('ONE')).events).toEqual([]);
});

test('requests that are repeated in any order while they are written arrive once each', async () => {
  const before = toDevice.position.current;
  const numbers = [...Array(40).keys()];
  const sends = [...numbers, ...numbers.toReversed()].map(async (n, index) => {
    // Each goes out in a turn of its own, so that the two writers get different ones.
    for (let turn = 0; turn < index; turn += 1) await new Promise(setImmediate);
    await toDevice.send(request(`crossing${n}`, 'ONE', { n }));
  });
  await Promise.all(sends);
  const { events } = await takeAll('ONE', before);
  expect(events.map((event): number => JSON.parse(event).content.n).toSorted((a, b) => a - b)).toEqual(numbers);
});

test('a star reaches every device; a device that does not exist gets nothing', async () => {
  const before = toDevice.position.current;
  await toDevice.send(request('star', '*'));
  await toDevice.send(request('ghost', 'GHOST'));
  expect((await takeAll('ONE', before)).events).toHaveLength(1);
  expect((await takeAll('TWO', before)).events).toHaveLength(1);
  expect((await takeAll('GHOST', before)).events).toHaveLength(0);
});

test('what is not acknowledged survives a restart, in order and in pages', async () => {
  const before = toDevice.position.current;
  for (let n = 0; n < 5; n += 1) await toDevice.send(request(`page${n}`, 'TWO', { n }));
  toDevice = await open();
  const first = await toDevice.take(bernd, 'TWO' as DeviceId, before, 3);
  const rest = await toDevice.take(bernd, 'TWO' as DeviceId, first.upTo, 3);
  expect([...first.events, ...rest.events].map((event) => JSON.parse(event).content.n)).toEqual([0, 1, 2, 3, 4]);
  expect(rest.upTo).toBe(toDevice.position.current);
});

test('a token from before a restart misses nothing, even when everything was delivered', async () => {
  await toDevice.send(request('delivered', 'ONE'));
  const { upTo } = await takeAll('ONE');
  await toDevice.acknowledge(bernd, 'ONE' as DeviceId, upTo);
  toDevice = await open();
  await toDevice.send(request('after restart', 'ONE'));
  expect((await takeAll('ONE', upTo)).events).toHaveLength(1);
});

test('a message may be as large as an event, and no larger', async () => {
  const before = toDevice.position.current;
  await toDevice.send(request('large', 'ONE', { text: 'x'.repeat(65_000) }));
  expect((await takeAll('ONE', before)).events).toHaveLength(1);
  await expect(toDevice.send(request('too large', 'ONE', { text: 'x'.repeat(65_536) }))).rejects.toMatchObject({
    errcode: 'M_TOO_LARGE',
  });
});

test('a device that is signed out takes its messages along', async () => {
  const before = toDevice.position.current;
  await toDevice.send(request('to both', '*'));
  await toDevice.removeDevices(bernd, ['ONE' as DeviceId]);
  expect((await takeAll('ONE')).events).toEqual([]);
  expect((await takeAll('TWO', before)).events).toHaveLength(1);
});

test('transaction ids are forgotten after a day', async () => {
  await toDevice.send(request('old', 'ONE'));
  expect(await toDevice.prune()).toBe(0);
  clock.advance(25 * 60 * 60 * 1000);
  expect(await toDevice.prune()).toBeGreaterThan(0);
});
