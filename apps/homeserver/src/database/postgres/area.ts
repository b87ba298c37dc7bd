import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canReach, chooseServiceUser, type ServiceUser } from './service-user.ts';

/** Where the embedded PostgreSQL lives: everything inside belongs to its user alone. */
export interface PostgresArea {
  readonly directory: string;
  /** PGDATA. */
  readonly cluster: string;
  readonly logFile: string;
  readonly socketDirectory: string;
  /** Undefined: the same user as this process. */
  readonly user: ServiceUser | undefined;
}

/** The shortest limit of a socket's path among the systems we run on (macOS 104, Linux 108), with the closing NUL. */
const MAX_SOCKET_PATH_BYTES = 103;
const SOCKET_NAME = '/.s.PGSQL.5432';

const nameFor = (dataDirectory: string): string =>
  `stafette-${createHash('sha256').update(dataDirectory).digest('hex').slice(0, 12)}`;

/** Makes a directory that its owner alone can enter. One that somebody else prepared is refused: /tmp is open to all. */
function makePrivateDirectory(path: string, user: ServiceUser | undefined): void {
  const isNew = mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined;
  if (isNew && user) chownSync(path, user.uid, user.gid);
  const stats = lstatSync(path);
  const expectedUid = user?.uid ?? process.getuid?.();
  if (!stats.isDirectory() || (expectedUid !== undefined && stats.uid !== expectedUid)) {
    throw new Error(`${path} should be a directory of the user with id ${expectedUid}, but belongs to ${stats.uid}.`);
  }
  if ((stats.mode & 0o077) !== 0) chmodSync(path, 0o700);
}

function chooseSocketDirectory(dataDirectory: string, directory: string): string {
  const candidates = [
    join(directory, 'socket'),
    join(tmpdir(), nameFor(dataDirectory)),
    join('/tmp', nameFor(dataDirectory)),
  ];
  const found = candidates.find((candidate) => Buffer.byteLength(candidate + SOCKET_NAME) <= MAX_SOCKET_PATH_BYTES);
  if (found === undefined) throw new Error('No directory has a path short enough for a socket.');
  return found;
}

/**
 * `<data>/postgres`, unless its user could not get there (a home directory closed to others, say): then a directory
 * under /var/lib, whose place is written down in `<data>/postgres.location`.
 */
function chooseDirectory(
  dataDirectory: string,
  fallbackParent: string,
): { directory: string; user: ServiceUser | undefined } {
  const pointer = join(dataDirectory, 'postgres.location');
  const usual = join(dataDirectory, 'postgres');
  if (existsSync(pointer)) {
    const directory = readFileSync(pointer, 'utf8').trim();
    return { directory, user: chooseServiceUser(join(directory, 'cluster')) };
  }
  const user = chooseServiceUser(join(usual, 'cluster'));
  if (!user || canReach(user, dataDirectory)) return { directory: usual, user };
  const directory = join(fallbackParent, nameFor(dataDirectory));
  writeFileSync(pointer, `${directory}\n`, { mode: 0o600 });
  return { directory, user };
}

/** Finds or makes the area. `dataDirectory` exists and is absolute. */
export function prepareArea(dataDirectory: string, fallbackParent = '/var/lib'): PostgresArea {
  const { directory, user } = chooseDirectory(dataDirectory, fallbackParent);
  const socketDirectory = chooseSocketDirectory(dataDirectory, directory);
  makePrivateDirectory(directory, user);
  makePrivateDirectory(socketDirectory, user);
  return {
    directory,
    socketDirectory,
    user,
    cluster: join(directory, 'cluster'),
    logFile: join(directory, 'postgres.log'),
  };
}
