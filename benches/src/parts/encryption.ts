import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withGroupInsertLimit } from '../limits/group-insert-limit.ts';
import { closedLoop } from '../load/closed-loop.ts';
import { inBatches } from '../load/in-batches.ts';
import { getAt, SET_UP_WIDTH, withUsers } from '../load/users.ts';
import { printLimit, printLoop, ratio } from '../report.ts';
import type { Part } from './part.ts';

const SENDERS = 64;
const DEVICES = 200;
const KEYS_OF_EACH = 100;
/** Devices that one request with messages addresses. */
const ADDRESSED = 100;
const ALGORITHM = 'signed_curve25519';
/** About the size of a shared room key. */
const SEALED = 'x'.repeat(700);

/** W6: what a large encrypted room asks for: keys of many devices, and a message to each of them. */
export const encryption: Part = async ({ withServer, measureMs }) => {
  const directory = await mkdtemp(join(tmpdir(), 'stafette-bench-limits-'));
  const { rowsPerSecond } = await withGroupInsertLimit(directory, measureMs / 2);
  await rm(directory, { recursive: true, force: true });
  return withServer({}, ({ url }) =>
    withUsers(url, { prefix: 'w6-', count: DEVICES, connections: SENDERS }, async (users) => {
      const upload = async (owner: (typeof users)[number], batch: number): Promise<void> => {
        const keys = Array.from({ length: KEYS_OF_EACH }, (_, index) => [
          `${ALGORITHM}:${batch}-${index}`,
          { key: 'k'.repeat(43), signatures: { [owner.userId]: { [`ed25519:${owner.deviceId}`]: 's'.repeat(86) } } },
        ]);
        await owner.request('POST', '/_matrix/client/v3/keys/upload', { one_time_keys: Object.fromEntries(keys) });
      };
      for (let batch = 0; batch < 5; batch += 1) await inBatches(users, SET_UP_WIDTH, (owner) => upload(owner, batch));
      const options = { callers: SENDERS, warmUpMs: measureMs / 4, measureMs };
      let claimed = 0;
      const claims = await closedLoop(options, async (caller) => {
        const owner = getAt(users, (claimed += 1));
        const wish = { one_time_keys: { [owner.userId]: { [owner.deviceId]: ALGORITHM } } };
        await getAt(users, caller).request('POST', '/_matrix/client/v3/keys/claim', wish);
      });
      let txn = 0;
      const requests = await closedLoop(options, async (caller) => {
        txn += 1;
        const first = txn % (DEVICES - ADDRESSED);
        const messages = users
          .slice(first, first + ADDRESSED)
          .map((user) => [user.userId, { [user.deviceId]: { ciphertext: SEALED } }]);
        const path = `/_matrix/client/v3/sendToDevice/m.room.encrypted/t${txn}`;
        await getAt(users, caller).request('PUT', path, { messages: Object.fromEntries(messages) });
      });
      const messagesPerSecond = requests.perSecond * ADDRESSED;
      console.log(`\nW6 ${SENDERS} devices encrypt for ${DEVICES} others`);
      printLimit('group insert into PostgreSQL', rowsPerSecond, ' rows/s');
      printLoop('claims of one key', claims, ratio(claims.perSecond, rowsPerSecond));
      printLoop(
        `messages to ${ADDRESSED} devices`,
        requests,
        `${Math.round(messagesPerSecond).toLocaleString('en')} messages/s, ${ratio(messagesPerSecond, rowsPerSecond)}`,
      );
      return { claims, requests, messagesPerSecond, rowsPerSecond };
    }),
  );
};
