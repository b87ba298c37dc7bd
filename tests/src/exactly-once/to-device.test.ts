import { afterAll, beforeAll, expect, test } from 'vitest';
import { ServerProcess } from '../real-server/server-process.ts';
import { inParallel, killWhen, register, untilAnswered, type Participant } from './interrupted.ts';

const SENDERS = 16;
const RECEIVERS = 4;
const MESSAGES = 10_000;

let server: ServerProcess;
let senders: Participant[];
let receivers: Participant[];

beforeAll(async () => {
  server = await ServerProcess.create();
  await server.start();
  senders = await Promise.all(Array.from({ length: SENDERS }, async (_, index) => register(server, `sender${index}`)));
  receivers = await Promise.all(
    Array.from({ length: RECEIVERS }, async (_, index) => register(server, `receiver${index}`)),
  );
}, 120_000);
afterAll(async () => server.dispose());

interface SyncBody {
  readonly next_batch: string;
  readonly to_device?: { readonly events: readonly { readonly content: { readonly marker: string } }[] };
}

/** Follows sync until `isOver` and nothing more comes; the markers in the order of their arrival. */
async function receive({ client }: Participant, isOver: () => boolean): Promise<string[]> {
  const markers: string[] = [];
  let since = '';
  for (;;) {
    const wasOver = isOver();
    const query = `timeout=${wasOver ? 0 : 200}${since === '' ? '' : `&since=${since}`}`;
    const { body } = await untilAnswered(async () => client.try('GET', `/sync?${query}`));
    // Compared with the specification by the client already.
    const { next_batch: next, to_device: news } = body as unknown as SyncBody;
    const found = news?.events.map(({ content }) => content.marker) ?? [];
    markers.push(...found);
    since = next;
    if (wasOver && found.length === 0) return markers;
  }
}

test('10,000 messages to devices arrive once each through crashes', { timeout: 300_000 }, async () => {
  let sent = 0;
  let isOver = false;
  const receiving = receivers.map(async (receiver) => receive(receiver, () => isOver));
  const killing = killWhen(
    server,
    [1_500, 3_000, 4_500, 6_000, 7_500, 9_000],
    () => sent,
    () => isOver,
  );
  // Senders take turns, so that each has one request under way, as devices do.
  await inParallel(SENDERS, SENDERS, async (index) => {
    const sender = senders[index];
    if (sender === undefined) throw new Error('nobody sends');
    for (let count = index; count < MESSAGES; count += SENDERS) {
      const receiver = receivers[count % RECEIVERS];
      if (receiver === undefined) throw new Error('nobody receives');
      const messages = { [receiver.userId]: { [receiver.deviceId]: { marker: `${index} ${count}` } } };
      const path = `/sendToDevice/m.sample/t${count}`;
      await untilAnswered(async () => sender.client.try('PUT', path, { messages }));
      sent += 1;
    }
  });
  isOver = true;
  const kills = await killing;
  const received = await Promise.all(receiving);
  expect(kills).toBeGreaterThan(3);
  expect(sent).toBe(MESSAGES);
  const markers = received.flat();
  expect(new Set(markers).size).toBe(MESSAGES);
  expect(markers.length).toBe(MESSAGES);
  for (const markersOfOne of received) {
    for (let sender = 0; sender < SENDERS; sender += 1) {
      const counts = markersOfOne.map((marker) => marker.split(' ').map(Number)).filter(([from]) => from === sender);
      expect(counts).toEqual(counts.toSorted(([, one = 0], [, other = 0]) => one - other));
    }
  }
  console.log(`messages ${MESSAGES}, lost 0, doubled 0, kills ${kills}`);
});
