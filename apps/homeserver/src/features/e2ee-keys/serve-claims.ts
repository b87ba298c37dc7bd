import type { Database } from '../../database/database.ts';
import { takeOneTimeKeys, useFallbackKeys, type KeyClaim, type KeyDemand, type StoredKey } from './store.ts';

const nameOf = ({ userId, deviceId, algorithm }: KeyClaim): string => `${userId} ${deviceId} ${algorithm}`;
const nameOfRow = (row: StoredKey): string => `${row.user_id} ${row.device_id} ${row.algorithm}`;

function demandOf(claims: readonly KeyClaim[]): readonly KeyDemand[] {
  return [...Map.groupBy(claims, nameOf).values()].flatMap(([claim, ...others]) =>
    claim === undefined ? [] : [{ ...claim, count: others.length + 1 }],
  );
}

/** Takes what there is, a batch of each device at a time: nearly always the first has enough for all. */
async function takeAll(database: Database, demands: readonly KeyDemand[]): Promise<Map<string, StoredKey[]>> {
  const taken = Map.groupBy(await database.change<StoredKey>(takeOneTimeKeys(demands)), nameOfRow);
  const unmet = demands.flatMap((demand) => {
    const got = taken.get(nameOf(demand))?.length ?? 0;
    return got > 0 && got < demand.count ? [{ ...demand, count: demand.count - got }] : [];
  });
  if (unmet.length > 0) for (const [name, keys] of await takeAll(database, unmet)) taken.get(name)?.push(...keys);
  return taken;
}

/**
 * Serves the claims of many requests together, each in its place: who came first gets the older key. A device without
 * keys left gives its fallback key, the same to everybody. What was taken before an error belongs to nobody.
 */
export async function serveClaims(
  database: Database,
  requests: readonly (readonly KeyClaim[])[],
): Promise<readonly (readonly StoredKey[])[]> {
  const left = await takeAll(database, demandOf(requests.flat()));
  const served = requests.map((claims) => claims.map((claim) => ({ claim, key: left.get(nameOf(claim))?.shift() })));
  const unserved = served.flat().flatMap(({ claim, key }) => (key === undefined ? [claim] : []));
  const used = unserved.length === 0 ? [] : await database.change<StoredKey>(useFallbackKeys(demandOf(unserved)));
  const fallbacks = new Map(used.map((row) => [nameOfRow(row), row]));
  return served.map((claims) =>
    claims.map(({ claim, key }) => key ?? fallbacks.get(nameOf(claim))).filter((key) => key !== undefined),
  );
}
