import { setTimeout as delay } from 'node:timers/promises';
import type { TestClient } from '@stafette/testkit';
import type { Ledger } from './ledger.ts';

const RETRY_MS = 15;

/** Sends one message until the server acknowledges it, always with the same transaction id. */
async function sendUntilAcknowledged(client: TestClient, roomId: string, marker: string): Promise<string> {
  for (;;) {
    try {
      const path = `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${marker}`;
      const { status, body } = await client.try('PUT', path, { msgtype: 'm.text', body: marker });
      if (status === 200 && typeof body['event_id'] === 'string') return body['event_id'];
      // While PostgreSQL comes back the server refuses; anything else is a mistake of this test.
      if (status < 500) throw new Error(`refused with ${status}: ${JSON.stringify(body)}`);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      // The connection broke: the server was killed. Whether the message arrived is what we are about to learn.
    }
    await delay(RETRY_MS);
  }
}

/** Sends one message after the other until `isOver`, and notes what was acknowledged. */
export async function sendMessages(
  client: TestClient,
  { name, roomId }: { readonly name: string; readonly roomId: string },
  ledger: Ledger,
  isOver: () => boolean,
): Promise<void> {
  for (let count = 0; !isOver(); count += 1) {
    const marker = `${name}-${count}`;
    ledger.acknowledge(marker, await sendUntilAcknowledged(client, roomId, marker));
    // Asked again, as a client that missed the answer would: now and then, for the cost.
    if (count % 20 === 0) ledger.acknowledge(marker, await sendUntilAcknowledged(client, roomId, marker));
  }
}
