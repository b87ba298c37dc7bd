import { existsSync, globSync } from 'node:fs';
import { cruise, type ICruiseResult, type IViolation } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { repositoryRoot } from './repository.ts';

const FOLDERS = ['packages', 'policies', 'apps', 'tests', 'benches', 'tools'] as const;

const isOwnSource = (path: string): boolean =>
  /\.tsx?$/.test(path) && !/(^|\/)(node_modules|dist|\.tsbuild)\//.test(path);

function describe({ rule, from, to, cycle, comment }: IViolation & { readonly comment?: string }): string {
  const path = cycle ? cycle.map(({ name }) => name).join(' -> ') : to;
  return `${rule.name}: ${from} -> ${path}${comment === undefined ? '' : `\n  ${comment}`}`;
}

/**
 * The import directions of ARCHITECTURE.md, by dependency-cruiser. A cruiser that does not understand the compiler's
 * version sees no modules and reports success, so what it saw is compared with what is on the disk.
 */
async function main(root: string): Promise<void> {
  process.chdir(root);
  const options = await extractOptions(`${root}/.dependency-cruiser.cjs`);
  const { output } = await cruise(
    FOLDERS.filter((folder) => existsSync(folder)),
    options,
  );
  // Without an output type the result is data, not text.
  const { modules, summary } = output as ICruiseResult;

  const comments = new Map(summary.ruleSetUsed?.forbidden?.map(({ name, comment }) => [name, comment]) ?? []);
  for (const violation of summary.violations) {
    const comment = comments.get(violation.rule.name);
    console.log(describe({ ...violation, ...(comment === undefined ? {} : { comment }) }));
  }
  const cruisedCount = modules.filter(({ source }) => isOwnSource(source)).length;
  const sourceCount = globSync(`{${FOLDERS.join(',')}}/**/*.{ts,tsx}`, {
    exclude: (path) => path === 'node_modules',
  }).filter((path) => isOwnSource(path)).length;
  const importCount = summary.totalDependenciesCruised ?? 0;
  const isPlausible = cruisedCount >= sourceCount * 0.95 && importCount > cruisedCount / 2;
  if (!isPlausible) {
    console.log(`Only ${cruisedCount} of ${sourceCount} source files were cruised: the result means nothing.`);
  }
  if (summary.error > 0 || !isPlausible) process.exitCode = 1;
  else console.log(`${cruisedCount} files, ${importCount} imports`);
}

await main(process.argv[2] ?? repositoryRoot);
