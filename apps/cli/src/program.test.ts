import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lockInstance, prepareDataDirectory } from '@stafette/homeserver';
import type { ExitCode } from './output.ts';
import { createProgram } from './program.ts';

const directory = mkdtempSync(join(tmpdir(), 'stafette-cli-'));
chmodSync(directory, 0o711);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function run(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: ExitCode | undefined; said: string; complained: string }> {
  const said: string[] = [];
  const complained: string[] = [];
  let code: ExitCode | undefined;
  const output = {
    say: (line: string) => void said.push(line),
    complain: (line: string) => void complained.push(line),
  };
  const program = createProgram(output, (value) => (code = value), { environment, workingDirectory: directory });
  await program.parseAsync(args, { from: 'user' });
  return { code, said: said.join('\n'), complained: complained.join('\n') };
}

const broken = join(directory, 'broken.yaml');
writeFileSync(broken, 'listn: localhost:1\n');

test('config check says what is wrong, with place and suggestion', async () => {
  expect(await run(['config', 'check'])).toMatchObject({ code: 0, said: 'The configuration is valid.' });
  const result = await run(['--config', broken, 'config', 'check']);
  expect(result).toMatchObject({ code: 1, said: '' });
  expect(result.complained).toContain('broken.yaml:1:1: unknown key "listn". Did you mean "listen"?');
});

test('config show prints where values come from, and no secret', async () => {
  const { said } = await run(['config', 'show'], {
    STAFETTE_LISTEN: 'localhost:1',
    DATABASE_URL: 'postgresql://anna:geheim@db/x',
  });
  expect(said).toContain('listen: "localhost:1"  # environment');
  expect(said).toContain('data: "./data"  # default');
  expect(said).toContain('database.url: "(hidden)"  # environment');
  expect(said).not.toContain('geheim');
  const json: unknown = JSON.parse((await run(['config', 'show', '--json'])).said);
  expect(json).toMatchObject({
    file: null,
    settings: expect.arrayContaining([{ key: 'listen', value: 'localhost:8008', origin: 'default' }]),
  });
});

test('db status and db migrate work on the embedded database of a server that does not run', async () => {
  const before = await run(['db', 'status', '--json']);
  expect(JSON.parse(before.said)).toMatchObject({ applied: [], pending: expect.arrayContaining(['0001-jobs.sql']) });
  expect((await run(['db', 'migrate'])).said).toContain('applied 0001-jobs.sql');
  expect((await run(['db', 'migrate'])).said).toBe('The schema was up to date already.');
  expect(JSON.parse((await run(['db', 'status', '--json'])).said)).toMatchObject({ pending: [] });
});

test('the database of a running server is left alone', async () => {
  const release = lockInstance(prepareDataDirectory(join(directory, 'data')));
  await expect(run(['db', 'migrate'])).rejects.toThrow('already uses');
  release();
});

test('doctor names each problem with what to do next', async () => {
  const healthy = await run(['doctor'], { STAFETTE_LISTEN: '127.0.0.1:0', STAFETTE_WEB_DIRECTORY: 'off' });
  expect(healthy.said).toMatch(/^ok +config +valid$/m);
  expect(healthy.said).toMatch(/^ok +database /m);
  expect(healthy.code).toBe(0);
  const ill = await run(['doctor'], { STAFETTE_LISTEN: '127.0.0.1:0', STAFETTE_WEB_DIRECTORY: '/nowhere' });
  expect(ill.said).toMatch(/^problem +web .*npm run build$/m);
  expect(ill.code).toBe(1);
});

test('invitations create says what is missing, and that a server cannot be reached', async () => {
  const tokenFile = join(directory, 'token');
  const create = ['invitations', 'create', '--server', 'http://127.0.0.1:9', '--token-file', tokenFile];
  expect(await run(create)).toMatchObject({ code: 2, said: '' });
  writeFileSync(tokenFile, 'secret\n');
  const refused = await run(create);
  expect(refused.code).toBe(1);
  expect(refused.complained).toContain('http://127.0.0.1:9 cannot be reached');
  expect(refused.complained).not.toContain('secret');
});
