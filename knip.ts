import type { KnipConfig } from 'knip';

export default {
  workspaces: {
    '.': { project: ['*.ts'] },
    'packages/*': { project: ['src/**/*.{ts,tsx}'] },
    'policies/*': { project: ['src/**/*.ts'] },
    'apps/homeserver': { project: ['src/**/*.ts'] },
    'apps/web': { project: ['{src,build}/**/*.{ts,tsx}'] },
    'apps/cli': { project: ['src/**/*.ts'] },
    tests: { project: ['src/**/*.ts'] },
    benches: { project: ['src/**/*.ts'] },
    tools: { entry: ['src/*.ts'], project: ['src/**/*.ts'] },
  },
  // Named in commands, in style sheets, or loaded by a name at run time.
  ignoreDependencies: ['oxlint', 'oxlint-tsgolint', '@kern-ux/native', 'sodium-native'],
} satisfies KnipConfig;
