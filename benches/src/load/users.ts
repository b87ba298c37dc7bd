import { Pool } from 'undici';
import { inBatches } from './in-batches.ts';
import { MatrixUser } from './matrix-user.ts';

/** Registrations, joins and the like that are under way at once while a scene is set up. */
export const SET_UP_WIDTH = 32;

/** Registers people, runs work with them, and closes their connections. */
export async function withUsers<T>(
  url: string,
  { prefix, count, connections }: { readonly prefix: string; readonly count: number; readonly connections: number },
  work: (users: readonly MatrixUser[]) => Promise<T>,
): Promise<T> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  try {
    const names = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
    return await work(await inBatches(names, SET_UP_WIDTH, (name) => MatrixUser.register(pool, name)));
  } finally {
    await pool.close();
  }
}

/** The item whose turn it is; a set-up that lost its items is broken. */
export function getAt<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('the set-up has nothing to go on with');
  return item;
}
