import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './repository.ts';
import { runProgram } from './run-program.ts';

/** Everything that the built web client follows from. */
const SOURCES = [
  'apps/web/src',
  'apps/web/public',
  'apps/web/build',
  'apps/web/index.html',
  'apps/web/vite.config.ts',
  'apps/web/package.json',
  'packages/ui/src',
  'packages/protocol/src',
  'package-lock.json',
] as const;

const webDirectory = join(repositoryRoot, 'apps/web');
const hashFile = join(webDirectory, 'dist/.source-hash');

function listFiles(source: string): string[] {
  const path = join(repositoryRoot, source);
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function hashSources(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const isFile = /\.(json|html|ts)$/.test(source);
    for (const path of isFile ? [join(repositoryRoot, source)] : listFiles(source)) {
      // Name and length keep two files from passing for one.
      const content = readFileSync(path);
      hash.update(`${path.slice(repositoryRoot.length)}\n${content.length}\n`).update(content);
    }
  }
  return hash.digest('hex');
}

/**
 * Builds the web client into `apps/web/dist` unless it is there already, made from these very sources. `onBuild` is
 * called when a build begins, to tell whoever waits. Throws with the builder's output when it fails.
 */
export async function ensureWebBuilt(onBuild: () => void = () => undefined): Promise<void> {
  const hash = hashSources();
  if (existsSync(hashFile) && readFileSync(hashFile, 'utf8') === hash) return;
  onBuild();
  const { exitCode, output } = await runProgram('npm', ['run', 'build', '--silent', '-w', '@stafette/web']);
  if (exitCode !== 0) throw new Error(`The web client could not be built:\n${output}`);
  writeFileSync(hashFile, hash);
}
