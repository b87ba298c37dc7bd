import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isAlive, isRunningWith, startMark } from './process-liveness.ts';

test('a running process is alive, one that ended is not', () => {
  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(spawnSync(process.execPath, ['-e', '']).pid)).toBe(false);
});

test('a process that ended and was not buried by its parent is not alive', async () => {
  // The shell starts a child, says its id, and becomes, before the child ends, a program that never asks after it.
  const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [text] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(text.toString());
  try {
    await expect.poll(() => isAlive(pid), { interval: 5 }).toBe(false);
    // It still has its id, or this test shows nothing.
    expect(() => process.kill(pid, 0)).not.toThrow();
  } finally {
    parent.kill('SIGKILL');
    await once(parent, 'exit');
  }
});

test('a process is told from another program by its command line and by its start', () => {
  expect(isRunningWith(process.pid, 'not an argument of this test')).toBe(false);
  expect(startMark(process.pid)).not.toBe(startMark(process.ppid));
});
