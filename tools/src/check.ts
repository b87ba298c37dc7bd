import { runProgram, type ProgramResult } from './run-program.ts';

interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const STEPS: readonly Step[] = [
  { name: 'types', command: 'tsc', args: ['--build', '--pretty', 'false'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings', '--report-unused-disable-directives'] },
  { name: 'format', command: 'oxfmt', args: ['--list-different'] },
  { name: 'import directions', command: 'node', args: ['tools/src/check-imports.ts'] },
  { name: 'unused code', command: 'knip', args: ['--no-progress'] },
  { name: 'migrations', command: 'node', args: ['tools/src/check-migrations.ts'] },
  { name: 'dependency lines', command: 'node', args: ['tools/src/check-dependency-lines.ts'] },
];

const lastLine = (output: string): string => output.trim().split('\n').at(-1)?.trim() ?? '';

function report({ name }: Step, { exitCode, output, durationMs }: ProgramResult): void {
  const seconds = (durationMs / 1000).toFixed(1).padStart(5);
  if (exitCode === 0) {
    console.log(`ok     ${name.padEnd(18)} ${seconds} s  ${lastLine(output)}`.trimEnd());
    return;
  }
  console.log(`FAILED ${name.padEnd(18)} ${seconds} s`);
  console.log(output.trim().replaceAll(/^/gm, '       '));
}

/** Everything that is checked without running the product, in parallel; one line each, and the whole story of a failure. */
async function main(): Promise<void> {
  const startedMs = performance.now();
  const results = await Promise.all(
    STEPS.map(async (step) => {
      const result = await runProgram(step.command, step.args);
      report(step, result);
      return result;
    }),
  );
  const failedCount = results.filter(({ exitCode }) => exitCode !== 0).length;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(failedCount === 0 ? `all checks passed in ${seconds} s` : `${failedCount} checks failed in ${seconds} s`);
  process.exitCode = failedCount === 0 ? 0 : 1;
}

await main();
