import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Whom PostgreSQL's processes run as. PostgreSQL refuses to run as root. */
export interface ServiceUser {
  readonly uid: number;
  readonly gid: number;
}

/** initdb looks its own user up by name, so only accounts of the machine's user list will do; in order of preference. */
const CANDIDATES = ['stafette', 'postgres', '_postgres', 'nobody', 'daemon'] as const;

function findAccount(passwd: string, matches: (name: string, uid: number) => boolean): ServiceUser | undefined {
  for (const line of passwd.split('\n')) {
    const [name = '', , uid, gid] = line.split(':');
    if (uid !== undefined && gid !== undefined && matches(name, Number(uid)))
      return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/** Undefined: there is no cluster yet. */
function findOwner(clusterDirectory: string): ServiceUser | undefined {
  try {
    return statSync(clusterDirectory, { throwIfNoEntry: false });
  } catch (cause) {
    throw new Error(
      `The database in ${clusterDirectory} belongs to another user. Start the server as that user or as root, or choose another data directory.`,
      { cause },
    );
  }
}

/**
 * The user to drop to, or undefined when this process is not root and PostgreSQL simply runs as the same user. Once
 * there is a cluster its owner decides, so that the choice stays the same over restarts.
 */
export function chooseServiceUser(clusterDirectory: string, passwdFile = '/etc/passwd'): ServiceUser | undefined {
  const ownUid = process.getuid?.();
  const owner = findOwner(clusterDirectory);
  if (ownUid !== 0) {
    if (owner && ownUid !== undefined && owner.uid !== ownUid) {
      throw new Error(
        `The database in ${clusterDirectory} belongs to the user with id ${owner.uid}, but this is ${ownUid}. ` +
          'Start the server as that user or as root, or choose another data directory.',
      );
    }
    return undefined;
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const passwd = readFileSync(passwdFile, 'utf8');
  for (const candidate of CANDIDATES) {
    const account = findAccount(passwd, (name, uid) => name === candidate && uid !== 0);
    if (account) return account;
  }
  const anybody = findAccount(passwd, (_name, uid) => uid > 0);
  if (anybody) return anybody;
  throw new Error('PostgreSQL does not run as root, and this machine has no other user: create one named "stafette".');
}

/** The x bit of a directory: it can be passed through by name, though perhaps not listed. */
const ENTER = 0o1;

function canEnter({ uid, gid }: ServiceUser, path: string): boolean {
  const stats = statSync(path);
  const shift = stats.uid === uid ? 6 : stats.gid === gid ? 3 : 0;
  return ((stats.mode >> shift) & ENTER) === ENTER;
}

/** Whether the user can enter an existing directory: each directory above it must let it through. */
export function canReach(user: ServiceUser, directory: string): boolean {
  for (let path = directory; ; path = dirname(path)) {
    if (!canEnter(user, path)) return false;
    if (path === dirname(path)) return true;
  }
}
