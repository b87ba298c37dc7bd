import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,policies,apps}/**/src/**/*.test.{ts,tsx}', '{tests,benches,tools}/src/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.tsbuild/**'],
    environment: 'node',
    globalSetup: ['packages/testkit/src/global-setup.ts'],
    pool: 'forks',
    // Databases, servers and browsers share the machine with the tests themselves.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    // A test that fails once is a bug of the day.
    retry: 0,
    allowOnly: false,
    expandSnapshotDiff: true,
    // What a passing test prints is of no interest.
    silent: 'passed-only',
  },
});
