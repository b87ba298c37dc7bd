import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { repositoryRoot } from './repository.ts';

export interface ProgramResult {
  /** 1 when a signal ended it. */
  readonly exitCode: number;
  /** Standard output and error, as they came. */
  readonly output: string;
  readonly durationMs: number;
}

/** The tools that `npm ci` installed come first, Node included. */
const path = [join(repositoryRoot, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);

/** Runs a program, in the checkout unless told otherwise, and collects what it prints. Never throws for a failure: the result says so. */
export async function runProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = repositoryRoot,
): Promise<ProgramResult> {
  const startedMs = performance.now();
  const { promise, resolve } = Promise.withResolvers<{ exitCode: number; output: string }>();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, PATH: path, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  child.once('error', (error) => resolve({ exitCode: 1, output: error.message }));
  child.once('close', (code) => resolve({ exitCode: code ?? 1, output }));
  return { ...(await promise), durationMs: performance.now() - startedMs };
}
