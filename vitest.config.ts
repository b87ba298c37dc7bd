import { defineConfig } from 'vitest/config';

/** Tests that load the machine, measure it or drive browsers: one after the other, when the rest is done. */
const ALONE = 'tests/src/{crash,exactly-once,hostile,e2e}/**/*.test.ts';

export default defineConfig({
  test: {
    globalSetup: ['packages/testkit/src/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    pool: 'forks',
    environment: 'node',
    // A test that fails once is a bug of the day.
    retry: 0,
    allowOnly: false,
    expandSnapshotDiff: true,
    // What a passing test prints is of no interest.
    silent: 'passed-only',
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['{packages,policies,apps}/**/src/**/*.test.{ts,tsx}', '{tests,benches,tools}/src/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', ALONE],
          // Databases, servers and browsers share the machine with the tests themselves.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'alone', include: [ALONE], maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
