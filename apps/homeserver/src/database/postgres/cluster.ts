import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresArea } from './area.ts';

/** The one role of the embedded cluster, and the name of its one database. */
export const CLUSTER_ROLE = 'stafette';

const MAJOR_VERSION = '18';

/** What PostgreSQL's programs see of the environment: none of the PG* variables that would redirect them. */
export const programEnvironment = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' } as const;

/** Options of spawn that run a program as the area's user. */
export const asUser = (area: PostgresArea): { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number } => ({
  cwd: area.directory,
  env: { ...programEnvironment },
  ...area.user,
});

async function run(program: string, args: readonly string[], area: PostgresArea): Promise<void> {
  const child = spawn(program, args, { ...asUser(area), stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${complaint.trim()}`);
}

/**
 * Makes the cluster at the first start, with page checksums and a collation that no library update can change. It gets
 * its name only when complete, so an interrupted attempt is begun again.
 */
export async function ensureCluster(area: PostgresArea, runtime: string): Promise<void> {
  if (existsSync(area.cluster)) {
    const version = readFileSync(join(area.cluster, 'PG_VERSION'), 'utf8').trim();
    if (version === MAJOR_VERSION) return;
    throw new Error(
      `The database in ${area.cluster} was made by PostgreSQL ${version}; this server brings ${MAJOR_VERSION}.`,
    );
  }
  const incoming = `${area.cluster}.incoming`;
  rmSync(incoming, { recursive: true, force: true });
  await run(
    join(runtime, 'bin/initdb'),
    [
      '-D',
      incoming,
      '--username',
      CLUSTER_ROLE,
      '--auth-local',
      'trust',
      '--auth-host',
      'reject',
      '--encoding',
      'UTF8',
      '--data-checksums',
      '--no-locale',
      '--locale-provider',
      'builtin',
      '--builtin-locale',
      'C.UTF-8',
      '--no-instructions',
    ],
    area,
  );
  await rename(incoming, area.cluster);
}
