import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repositoryRoot } from './repository.ts';
import { runProgram } from './run-program.ts';

const directories: string[] = [];

/** A small repository under our rules, with these files. */
function plant(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'stafette-checks-'));
  directories.push(root);
  for (const name of ['.oxlintrc.json', '.dependency-cruiser.cjs', 'tsconfig.base.json']) {
    cpSync(join(repositoryRoot, name), join(root, name));
  }
  symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'));
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ extends: './tsconfig.base.json', include: ['**/*.ts'] }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

afterAll(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

describe('the linter', () => {
  const NOW = 'export const nowMs = (): number => Date.now();\n';
  const RANDOM = "import { randomBytes } from 'node:crypto';\nexport const token = (): Buffer => randomBytes(32);\n";
  const SDK = "import { createClient } from 'matrix-js-sdk';\nexport const client = createClient;\n";
  const refused: readonly (readonly [what: string, path: string, content: string, rule: string])[] = [
    ['a clock in the protocol core', 'packages/protocol/src/now.ts', NOW, 'no-restricted-globals'],
    [
      'a module of Node there',
      'packages/protocol/src/read.ts',
      "export { readFileSync } from 'node:fs';\n",
      'no-restricted-imports',
    ],
    ['the time of day in the server', 'apps/homeserver/src/features/rooms/now.ts', NOW, 'no-restricted-properties'],
    ['own randomness there', 'apps/homeserver/src/features/rooms/token.ts', RANDOM, 'no-restricted-imports'],
    [
      'the environment there',
      'apps/homeserver/src/http/env.ts',
      'export const home = process.env;\n',
      'no-restricted-properties',
    ],
    [
      'fetch there',
      'apps/homeserver/src/http/get.ts',
      "export const get = async () => fetch('x');\n",
      'no-restricted-globals',
    ],
    ['the SDK in a screen', 'apps/web/src/features/chat/chat.ts', SDK, 'no-restricted-imports'],
    ['a promise nobody waits for', 'tools/src/floating.ts', 'const f = async () => 1;\nf();\n', 'no-floating-promises'],
    ['any', 'tools/src/any.ts', 'export const a: any = 1;\n', 'no-explicit-any'],
    [
      'a non-null assertion',
      'tools/src/bang.ts',
      'export const f = (a?: string): string => a!;\n',
      'no-non-null-assertion',
    ],
    ['a default export', 'tools/src/default.ts', 'export default 1;\n', 'no-default-export'],
  ];
  const allowed: readonly (readonly [what: string, path: string, content: string])[] = [
    ['the clock in platform/', 'apps/homeserver/src/platform/clock.ts', NOW],
    ['randomness in platform/', 'apps/homeserver/src/platform/random.ts', RANDOM],
    ['the SDK in its folder', 'apps/web/src/matrix/session.ts', SDK],
    ['the SDK in tests', 'tests/src/sdk/person.ts', SDK],
  ];
  let complaints: readonly string[];
  let exitCode: number;

  beforeAll(async () => {
    const root = plant(Object.fromEntries([...refused, ...allowed].map(([, path, content]) => [path, content])));
    const result = await runProgram('oxlint', ['--type-aware', '--format', 'unix'], {}, root);
    exitCode = result.exitCode;
    complaints = result.output.split('\n');
  });

  test('fails when it complains', () => {
    expect(exitCode).toBe(1);
  });

  test.each(refused)('refuses %s', (_what, path, _content, rule) => {
    expect(complaints.filter((line) => line.includes(`${path}:`)).join('\n')).toContain(rule);
  });

  test.each(allowed)('allows %s', (_what, path) => {
    expect(complaints.filter((line) => line.includes(`${path}:`))).toEqual([]);
  });
});

describe('the check of import directions', () => {
  const FEATURES = 'apps/homeserver/src/features';
  const VALUE = 'export const value = 1;\n';
  const importing = (path: string): string => `import { value } from '${path}';\nexport const other = value;\n`;
  const check = async (files: Readonly<Record<string, string>>) =>
    runProgram('node', [join(repositoryRoot, 'tools/src/check-imports.ts'), plant(files)]);

  test.each([
    [
      'a cycle, of types only',
      'no-cycles',
      {
        'tools/src/a.ts': "import type { B } from './b.ts';\nexport type A = B | 1;\n",
        'tools/src/b.ts': "import type { A } from './a.ts';\nexport type B = A | 2;\n",
      },
    ],
    [
      "another feature's store",
      'features-through-index',
      { [`${FEATURES}/typing/store.ts`]: VALUE, [`${FEATURES}/receipts/service.ts`]: importing('../typing/store.ts') },
    ],
    [
      'a leaf under the kernel',
      'kernel-knows-no-leaf',
      { [`${FEATURES}/typing/index.ts`]: VALUE, [`${FEATURES}/rooms/service.ts`]: importing('../typing/index.ts') },
    ],
    [
      'a leaf in a hub',
      'hubs-know-the-kernel',
      { [`${FEATURES}/typing/index.ts`]: VALUE, [`${FEATURES}/sync/service.ts`]: importing('../typing/index.ts') },
    ],
    [
      'a dependency of the protocol core',
      'protocol-depends-on-nothing',
      { 'packages/protocol/src/a.ts': importing('../../contracts/src/b.ts'), 'packages/contracts/src/b.ts': VALUE },
    ],
    [
      'an import that leads nowhere',
      'imports-resolve',
      { 'tools/src/a.ts': importing('./nowhere.ts'), 'tools/src/b.ts': VALUE },
    ],
  ])('refuses %s', async (_what, rule, files) => {
    const { exitCode, output } = await check(files);
    expect(output).toContain(`${rule}:`);
    expect(exitCode).toBe(1);
  });

  test('allows what the map allows', async () => {
    const { exitCode, output } = await check({
      [`${FEATURES}/rooms/index.ts`]: VALUE,
      [`${FEATURES}/typing/store.ts`]: VALUE,
      [`${FEATURES}/typing/service.ts`]: importing('./store.ts'),
      [`${FEATURES}/typing/index.ts`]: "export { other } from './service.ts';\n",
      [`${FEATURES}/receipts/service.ts`]: importing('../rooms/index.ts'),
    });
    expect(output).toContain('5 files, 3 imports');
    expect(exitCode).toBe(0);
  });

  test('means nothing when it saw nothing', async () => {
    const { exitCode, output } = await check({ 'tools/src/a.ts': VALUE });
    expect(output).toContain('the result means nothing');
    expect(exitCode).toBe(1);
  });
});
