import { startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const SENDERS = 128;
const MESSAGES_OF_EACH = 15;

let homeserver: TestHomeserver;
let reader: TestClient;
let roomId: string;
const sent = new Set<string>();

beforeAll(async () => {
  homeserver = await startHomeserver();
  const names = Array.from({ length: SENDERS }, (_, index) => `writer${index}`);
  reader = homeserver.as(await homeserver.register('reader'));
  roomId = await reader.createRoom({ preset: 'public_chat' });
  const writers = await Promise.all(names.map(async (name) => homeserver.as(await homeserver.register(name))));
  await Promise.all(writers.map(async (writer) => writer.join(roomId)));
  // All at once, so that many events share a depth.
  await Promise.all(
    writers.map(async (writer, index) => {
      for (let count = 0; count < MESSAGES_OF_EACH; count += 1)
        sent.add(await writer.send(roomId, `${index} ${count}`));
    }),
  );
}, 120_000);
afterAll(async () => homeserver.stop());

interface Page {
  readonly chunk: readonly { readonly event_id: string; readonly type: string }[];
  readonly end?: string;
}

async function readAll(dir: 'b' | 'f', limit: number): Promise<string[]> {
  const found: string[] = [];
  let from: string | undefined;
  do {
    const place: string = from === undefined ? '' : `&from=${from}`;
    const page: Page = await reader.get(
      `/rooms/${encodeURIComponent(roomId)}/messages?dir=${dir}&limit=${limit}${place}`,
    );
    found.push(...page.chunk.filter(({ type }) => type === 'm.room.message').map(({ event_id: eventId }) => eventId));
    from = page.end;
  } while (from !== undefined);
  return found;
}

describe('a room into which 128 people wrote at once', () => {
  test.each([
    ['b', 100],
    ['f', 100],
    ['b', 7],
    ['f', 13],
  ] as const)('is read from one end to the other (%s, pages of %i): every message once', async (dir, limit) => {
    const found = await readAll(dir, limit);
    expect(found.length).toBe(SENDERS * MESSAGES_OF_EACH);
    expect(new Set(found)).toEqual(sent);
  });
});
