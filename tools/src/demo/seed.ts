import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { RunningServer } from '@stafette/homeserver';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const program = fileURLToPath(new URL('fill-server.ts', import.meta.url));

async function fillServer({ url, setupCode }: RunningServer, loginsFile: string): Promise<void> {
  const child = spawn(process.execPath, [program, loginsFile], { stdio: ['pipe', 'ignore', 'pipe'] });
  // The code is a secret: arguments can be read by everybody on the machine.
  child.stdin.end(JSON.stringify({ url, setupCode }));
  const complaint = text(child.stderr);
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`The demonstration could not be filled:\n${(await complaint).slice(-2_000)}`);
}

/**
 * Fills a fresh server with an agency, people, rooms and history, all over the interfaces that browsers use, encrypted
 * as theirs. On a server that has an agency already it prints the logins again.
 */
export async function seedDemo(server: RunningServer, dataDirectory: string): Promise<void> {
  const loginsFile = join(dataDirectory, 'demo-logins.txt');
  if (server.setupCode !== undefined) {
    say('Filling the demonstration with people and conversations; this takes a moment ...');
    await fillServer(server, loginsFile);
  }
  say(
    existsSync(loginsFile)
      ? `\n${readFileSync(loginsFile, 'utf8')}`
      : 'This server has an agency of its own; nothing was added to it.',
  );
}
