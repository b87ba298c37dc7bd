import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './repository.ts';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Workspaces whose dependencies reach an installation; the others only build and test it. */
const SHIPPED = ['packages/{protocol,contracts,policy,client,ui}', 'policies/*', 'apps/*'];

const DOCUMENT = 'docs/dependencies.md';

function listRuntimeDependencies(): ReadonlySet<string> {
  const names = new Set<string>();
  for (const path of globSync(
    SHIPPED.map((folder) => `${folder}/package.json`),
    { cwd: repositoryRoot },
  )) {
    // Our own manifests, which npm has read before us.
    const manifest = JSON.parse(readFileSync(join(repositoryRoot, path), 'utf8')) as Manifest;
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      if (!name.startsWith('@stafette/')) names.add(name);
    }
  }
  return names;
}

/** First cells of the document's tables, which name packages in backticks; `@scope/*` stands for a family. */
function listDocumented(): readonly string[] {
  const rows = readFileSync(join(repositoryRoot, DOCUMENT), 'utf8').matchAll(/^\| (`[^|]+) \|/gm);
  return [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

/** Every runtime dependency has a line that says why it is there and how we would leave it. */
function main(): void {
  const needed = listRuntimeDependencies();
  const documented = listDocumented();
  const covers = (entry: string, name: string): boolean =>
    entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : entry === name;
  const missing = [...needed].filter((name) => !documented.some((entry) => covers(entry, name)));
  const stale = documented.filter((entry) => ![...needed].some((name) => covers(entry, name)));
  for (const name of missing) console.log(`${DOCUMENT} has no line for ${name}.`);
  for (const name of stale) console.log(`${DOCUMENT} has a line for ${name}, which nothing depends on.`);
  if (needed.size < 10) console.log(`Only ${needed.size} runtime dependencies were found: the result means nothing.`);
  if (missing.length > 0 || stale.length > 0 || needed.size < 10) process.exitCode = 1;
  else console.log(`${needed.size} runtime dependencies`);
}

main();
