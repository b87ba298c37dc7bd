import { expect, test } from 'vitest';
import { runCrashTest } from './crash-run.ts';

test(
  'what was acknowledged survives 50 kills of the server and 10 of PostgreSQL, once and visibly',
  { timeout: 300_000 },
  async () => {
    const verdict = await runCrashTest({ serverKills: 50, postgresKills: 10, seed: 'every run' });
    expect(verdict).toMatchObject({ kills: 60, lost: 0, doubled: 0, invisible: 0, examples: [] });
    expect(verdict.acknowledged).toBeGreaterThan(1_000);
  },
);

test('a server that answers before it commits is found out', { timeout: 120_000 }, async () => {
  const verdict = await runCrashTest({ serverKills: 5, postgresKills: 0, seed: 'planted', acknowledgesEarly: true });
  expect(verdict.lost).toBeGreaterThan(0);
});
