import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CHECKED_OPERATIONS_VARIABLE } from '@stafette/testkit/specification';
import { startVitest, type TestCase, type TestModule } from 'vitest/node';
import { ensureWebBuilt } from './build-web.ts';
import { repositoryRoot } from './repository.ts';
import { listUncheckedOperations } from './unchecked-operations.ts';

/** Below this a whole run has lost tests, and its success means nothing. */
const FEWEST_TESTS = 2_500;

interface Outcome {
  readonly passedCount: number;
  readonly failedCount: number;
}

function countTests(modules: readonly TestModule[], unhandledErrorCount: number): Outcome {
  const tests = modules.flatMap((module): TestCase[] => [...module.children.allTests()]);
  const passedCount = tests.filter((test) => test.result().state === 'passed').length;
  // A file that could not be loaded has no tests, and a skipped or unfinished test has proved nothing.
  const brokenCount = modules.filter((module) => module.errors().length > 0).length;
  return { passedCount, failedCount: tests.length - passedCount + brokenCount + unhandledErrorCount };
}

async function runTests(filters: readonly string[]): Promise<Outcome> {
  process.chdir(repositoryRoot);
  await ensureWebBuilt(() => console.log('Building the web client ...'));
  const vitest = await startVitest('test', [...filters], { run: true, watch: false });
  const outcome = countTests(vitest.state.getTestModules(), vitest.state.getUnhandledErrors().length);
  await vitest.close();
  return outcome;
}

/** Tests of a whole run note in a file which operations they compared with the specification. */
function prepareCheckedFile(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'stafette-checked-')), 'operations.txt');
  writeFileSync(file, '');
  process.env[CHECKED_OPERATIONS_VARIABLE] = file;
  return file;
}

/** What makes a whole run incomplete although no test failed. */
function findGaps({ passedCount, failedCount }: Outcome, checkedFile: string): readonly string[] {
  const testCount = passedCount + failedCount;
  const unchecked = listUncheckedOperations(checkedFile);
  return [
    ...(testCount < FEWEST_TESTS ? [`Only ${testCount} tests were found: the run is not complete.`] : []),
    ...unchecked.map((operation) => `No answer of ${operation} was compared with the specification.`),
  ];
}

/** Runs every test of the repository, or those whose path contains one of the arguments; the last line is the count. */
async function main(): Promise<void> {
  const filters = process.argv.slice(2);
  const checkedFile = prepareCheckedFile();
  const outcome = await runTests(filters);
  const isNothing = outcome.passedCount + outcome.failedCount === 0;
  const gaps = filters.length === 0 ? findGaps(outcome, checkedFile) : isNothing ? ['No test was found.'] : [];
  rmSync(dirname(checkedFile), { recursive: true, force: true });
  for (const gap of gaps) console.log(gap);
  const failedCount = outcome.failedCount + gaps.length;
  console.log(`${outcome.passedCount} passed, ${failedCount} failed`);
  // Whatever a test left open must not keep the run from ending.
  process.exit(failedCount === 0 ? 0 : 1);
}

await main();
