import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createLog, type Log } from './log.ts';

const directory = mkdtempSync(join(tmpdir(), 'stafette-log-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let files = 0;
/** What `write` put into the log. */
function logged(write: (log: Log) => void): string {
  files += 1;
  const file = join(directory, `logs-${files}/server.log`);
  const { log, close } = createLog({ level: 'info', file });
  write(log);
  close();
  return readFileSync(file, 'utf8');
}

test('a line is JSON with its level, time and fields', () => {
  const line: unknown = JSON.parse(logged((log) => log.info({ roomCount: 3 }, 'rooms loaded')));
  expect(line).toMatchObject({
    level: 'info',
    msg: 'rooms loaded',
    roomCount: 3,
    time: expect.stringMatching(/^\d{4}-.*Z$/),
  });
});

test.each(['authorization', 'access_token', 'password', 'token', 'body', 'content', 'email', 'secret', 'code'])(
  'a member named %s is never written, however deep',
  (member) => {
    const text = logged((log) => {
      log.info({ [member]: 'geheim' }, 'top');
      log.info({ request: { [member]: 'geheim' } }, 'one deep');
      log.info({ request: { headers: { [member]: { inside: 'geheim' } } } }, 'two deep');
    });
    expect(text.split('\n').filter((line) => line !== '')).toHaveLength(3);
    expect(text).toContain('[redacted]');
    expect(text).not.toContain('geheim');
  },
);

test('an error of the database is written without the values that it quotes', () => {
  const error = Object.assign(new Error('invalid input syntax for type bigint: "geheim"'), {
    code: '22P02',
    detail: 'Key (mail)=(geheim@amt.example) already exists.',
    where: 'geheim',
    query: 'geheim',
  });
  const text = logged((log) => log.error({ err: new Error('job failed', { cause: error }) }, 'fault'));
  expect(text).toContain('22P02');
  expect(text).toContain('job failed');
  expect(text).not.toContain('geheim');
});

test('an error of our own keeps its message and stack', () => {
  const text = logged((log) => log.error({ err: new Error('room 5 has no creator') }, 'fault'));
  expect(text).toContain('room 5 has no creator');
  expect(text).toContain('log.test.ts');
});
