import { statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../database/database.ts';
import { sql } from '../database/sql.ts';

/** One thing that must hold for the server to do its work. */
export interface ReadinessCheck {
  readonly name: string;
  /** Throws with the reason when it does not hold. */
  check(): Promise<void>;
}

const DEADLINE_MS = 2_000;
/** PostgreSQL stops writing altogether on a full disk; this leaves time to react. */
const MIN_FREE_BYTES = 256 * 1024 * 1024;

export const databaseCheck = (database: Database): ReadinessCheck => ({
  name: 'database',
  check: async () => void (await database.reader.query(sql`select 1`)),
});

export const diskCheck = (dataDirectory: string): ReadinessCheck => ({
  name: 'disk',
  async check() {
    const { bavail, bsize } = await statfs(dataDirectory);
    if (bavail * bsize < MIN_FREE_BYTES) throw new Error(`less than ${MIN_FREE_BYTES / 1024 / 1024} MiB free`);
  },
});

export interface Readiness {
  readonly isReady: boolean;
  readonly checks: Readonly<Record<string, 'ok' | 'failing'>>;
}

/** Runs all checks at once; one that does not answer in time fails. */
export async function readReadiness(checks: readonly ReadinessCheck[]): Promise<Readiness> {
  const results = await Promise.all(
    checks.map(async ({ name, check }) => {
      const deadline = new AbortController();
      const late = delay(DEADLINE_MS, false, { signal: deadline.signal }).catch(() => false);
      const passed = check().then(
        () => true,
        () => false,
      );
      const isOk = await Promise.race([passed, late]);
      deadline.abort();
      return [name, isOk ? 'ok' : 'failing'] as const;
    }),
  );
  return { isReady: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) };
}
