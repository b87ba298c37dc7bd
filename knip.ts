import type { KnipConfig } from 'knip';

const library = { entry: ['src/**/*.test.{ts,tsx}'], project: ['src/**/*.{ts,tsx}'] };

export default {
  workspaces: {
    '.': { project: ['*.ts'] },
    'packages/*': library,
    'policies/*': library,
    'apps/homeserver': { entry: ['src/**/*.test.ts'], project: ['src/**/*.ts'] },
    'apps/web': {
      entry: ['src/main.tsx', 'src/service-worker.ts', 'src/**/*.test.{ts,tsx}'],
      project: ['{src,build}/**/*.{ts,tsx}'],
    },
    'apps/cli': { entry: ['src/main.ts', 'src/**/*.test.ts'], project: ['src/**/*.ts'] },
    tests: { entry: ['src/**/*.test.ts'], project: ['src/**/*.ts'] },
    benches: { entry: ['src/**/*.test.ts'], project: ['src/**/*.ts'] },
    tools: { entry: ['src/*.ts'], project: ['src/**/*.ts'] },
  },
  // Found by path or by name: prebuilt programs and addons, the linter, and styles that CSS imports.
  ignoreDependencies: ['oxlint-tsgolint', 'oxlint', 'sodium-native', '@kern-ux/native'],
} satisfies KnipConfig;
