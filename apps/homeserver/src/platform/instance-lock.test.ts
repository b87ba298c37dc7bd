import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockInstance } from './instance-lock.ts';

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'stafette-lock-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a second server on the same data directory is refused until the first lets go', () => {
  const release = lockInstance(directory);
  expect(() => lockInstance(directory)).toThrow('already uses');
  release();
  lockInstance(directory)();
  expect(readdirSync(directory)).toEqual([]);
});

/** The lock's content after it was taken, and given back. */
function takeOver(): string {
  const release = lockInstance(directory);
  const owner = readFileSync(join(directory, 'server.lock'), 'utf8');
  release();
  return owner;
}

const ours = new RegExp(`^${process.pid} `);

test('the lock of a server that was killed is taken over', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(join(directory, 'server.lock'), `${pid} 12345\n`);
  expect(takeOver()).toMatch(ours);
});

test('the lock of a dead server whose process id was given to another program is taken over', () => {
  writeFileSync(join(directory, 'server.lock'), `${process.pid} 1\n`);
  expect(takeOver()).toMatch(ours);
});

test('a lock file with nonsense in it is taken over', () => {
  writeFileSync(join(directory, 'server.lock'), '');
  expect(takeOver()).toMatch(ours);
});
