import { accessSync, constants, existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { migrationStatus, type Config } from '@stafette/homeserver';
import { withDatabase } from '../database-session.ts';
import type { ExitCode, Output } from '../output.ts';
import { readConfiguration, type GlobalOptions } from '../source.ts';

export interface DoctorOptions extends GlobalOptions {
  readonly json?: boolean | undefined;
}

interface Finding {
  readonly name: string;
  readonly verdict: 'ok' | 'warning' | 'problem';
  /** What was found, and for a problem what to do next. */
  readonly text: string;
}

const MIN_FREE_GIB = 2;

function checkNode(): Finding {
  const isNew = Number.parseInt(process.versions.node, 10) >= 24;
  return {
    name: 'node',
    verdict: isNew ? 'ok' : 'problem',
    text: isNew ? process.versions.node : `${process.versions.node}; use the Node 24 that npm ci installs`,
  };
}

function checkUser(): Finding {
  const isRoot = process.getuid?.() === 0;
  return {
    name: 'user',
    verdict: isRoot ? 'warning' : 'ok',
    text: isRoot ? 'root; better run the server as a user of its own' : 'not root',
  };
}

/** The folder itself, or the nearest one above it that exists. */
const nearestExisting = (path: string): string =>
  existsSync(path) || path === dirname(path) ? path : nearestExisting(dirname(path));

async function checkDataDirectory({ dataDirectory }: Config): Promise<Finding> {
  const existing = nearestExisting(dataDirectory);
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch {
    return {
      name: 'data',
      verdict: 'problem',
      text: `${existing} is not writable for this user; change its owner or set STAFETTE_DATA`,
    };
  }
  const { bavail, bsize } = await statfs(existing);
  const freeGib = (bavail * bsize) / 1024 ** 3;
  const text = `${dataDirectory}, ${freeGib.toFixed(1)} GiB free`;
  return { name: 'data', verdict: freeGib < MIN_FREE_GIB ? 'warning' : 'ok', text };
}

async function checkListener({ listeners }: Config): Promise<Finding> {
  const [listener] = listeners;
  if (!listener) return { name: 'listen', verdict: 'problem', text: 'no address' };
  const server = createServer();
  const failure = await new Promise<Error | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen(listener.port, listener.host, () => server.close(() => resolve(undefined)));
  });
  const where = `${listener.host}:${listener.port}`;
  return failure
    ? { name: 'listen', verdict: 'problem', text: `${where} is not free (${failure.message}); set STAFETTE_LISTEN` }
    : { name: 'listen', verdict: 'ok', text: `${where} is free` };
}

async function checkDatabase(config: Config): Promise<Finding> {
  try {
    const { applied, pending } = await withDatabase(config, async ({ connection }) => migrationStatus(connection));
    return {
      name: 'database',
      verdict: 'ok',
      text: `${applied.length} migrations applied, ${pending.length} to come at the next start`,
    };
  } catch (error) {
    return { name: 'database', verdict: 'problem', text: error instanceof Error ? error.message : String(error) };
  }
}

function checkWebClient({ webDirectory }: Config): Finding {
  if (webDirectory === undefined) return { name: 'web', verdict: 'ok', text: 'turned off' };
  const isBuilt = existsSync(join(webDirectory, 'index.html'));
  return {
    name: 'web',
    verdict: isBuilt ? 'ok' : 'problem',
    text: isBuilt ? webDirectory : `${webDirectory} holds no web client; run npm run build`,
  };
}

/** A server that runs occupies the port and the embedded database, and its own readiness says more than a look from outside. */
function checksFor(config: Config): readonly (() => Finding | Promise<Finding>)[] {
  return [
    async () => checkDataDirectory(config),
    async () => checkListener(config),
    async () => checkDatabase(config),
    () => checkWebClient(config),
  ];
}

/** `stafette doctor`: looks at everything a start needs, and says what to do where something is missing. */
export async function doctor(options: DoctorOptions, output: Output): Promise<ExitCode> {
  const findings: Finding[] = [checkNode(), checkUser()];
  const result = readConfiguration(options);
  if (result.isValid) {
    findings.push({ name: 'config', verdict: 'ok', text: 'valid' });
    for (const check of checksFor(result.config)) findings.push(await check());
  } else {
    for (const problem of result.problems) findings.push({ name: 'config', verdict: 'problem', text: problem });
  }
  if (options.json === true) output.say(JSON.stringify(findings));
  else for (const { name, verdict, text } of findings) output.say(`${verdict.padEnd(8)} ${name.padEnd(9)} ${text}`);
  return findings.some(({ verdict }) => verdict === 'problem') ? 1 : 0;
}
