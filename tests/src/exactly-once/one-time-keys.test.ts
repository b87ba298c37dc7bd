import { afterAll, beforeAll, expect, test } from 'vitest';
import { ServerProcess } from '../real-server/server-process.ts';
import { inParallel, killWhen, register, untilAnswered, type Participant } from './interrupted.ts';

const ALGORITHM = 'signed_curve25519';
const OWNERS = 20;
/** Devices keep fewer keys than this; more than 10,000 claims are made on all of them together. */
const KEYS_OF_EACH = 100;
const BATCHES = 5;
const CLAIMANTS = 64;

let server: ServerProcess;
let owners: Participant[];
let claimants: Participant[];

beforeAll(async () => {
  server = await ServerProcess.create();
  await server.start();
  owners = await Promise.all(Array.from({ length: OWNERS }, async (_, index) => register(server, `owner${index}`)));
  claimants = await Promise.all(Array.from({ length: 8 }, async (_, index) => register(server, `claimant${index}`)));
}, 120_000);
afterAll(async () => server.dispose());

const upload = async (owner: Participant, batch: number): Promise<void> => {
  const signatures = { [owner.userId]: { [`ed25519:${owner.deviceId}`]: 'signature' } };
  const ids = Array.from({ length: KEYS_OF_EACH }, (_, index) => `${batch}-${index}`);
  const keys = ids.map((id) => [`${ALGORITHM}:${id}`, { key: `${owner.userId} ${id}`, signatures }]);
  await owner.client.post('/keys/upload', { one_time_keys: Object.fromEntries(keys) });
};

interface Claimed {
  readonly one_time_keys: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, { key: string }>>>>>>;
}

test('10,000 claims under crashes hand out every key once, and no key twice', { timeout: 300_000 }, async () => {
  const handedOut: string[] = [];
  let emptyHanded = 0;
  let asked = 0;
  let kills = 0;
  for (let batch = 0; batch < BATCHES; batch += 1) {
    await Promise.all(owners.map(async (owner) => upload(owner, batch)));
    const before = asked;
    let isOver = false;
    const killing = killWhen(
      server,
      [before + 500, before + 1_200],
      () => asked,
      () => isOver,
    );
    await inParallel(OWNERS * KEYS_OF_EACH, CLAIMANTS, async (index) => {
      const [owner, claimant] = [owners[index % OWNERS], claimants[index % claimants.length]];
      if (owner === undefined || claimant === undefined) throw new Error('nobody is there');
      const request = { one_time_keys: { [owner.userId]: { [owner.deviceId]: ALGORITHM } } };
      const { body } = await untilAnswered(async () => claimant.client.try('POST', '/keys/claim', request));
      asked += 1;
      // Compared with the specification by the client already.
      const claimed = (body as unknown as Claimed).one_time_keys[owner.userId]?.[owner.deviceId];
      const [key] = Object.values(claimed ?? {});
      if (key === undefined) emptyHanded += 1;
      else handedOut.push(key.key);
    });
    isOver = true;
    kills += await killing;
  }
  expect(kills).toBeGreaterThan(5);
  expect(asked).toBe(OWNERS * KEYS_OF_EACH * BATCHES);
  expect(new Set(handedOut).size).toBe(handedOut.length);
  // Keys whose answer a kill cut off are gone: at most one for each claim that was under way.
  expect(emptyHanded).toBeLessThanOrEqual(kills * CLAIMANTS);
  expect(handedOut.length + emptyHanded).toBe(asked);
  console.log(
    `claims ${asked}, handed out ${handedOut.length}, doubled 0, without a key ${emptyHanded}, kills ${kills}`,
  );
});
