import { startVitest, type TestCase, type TestModule } from 'vitest/node';
import { ensureWebBuilt } from './build-web.ts';
import { repositoryRoot } from './repository.ts';

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

/** Runs every test of the repository, or those whose path contains one of the arguments; the last line is the count. */
async function main(): Promise<void> {
  const filters = process.argv.slice(2);
  const { passedCount, failedCount } = await runTests(filters);
  const isComplete = passedCount + failedCount >= (filters.length > 0 ? 1 : FEWEST_TESTS);
  if (!isComplete) console.log(`Only ${passedCount + failedCount} tests were found: the run is not complete.`);
  const allFailed = failedCount + (isComplete ? 0 : 1);
  console.log(`${passedCount} passed, ${allFailed} failed`);
  // Whatever a test left open must not keep the run from ending.
  process.exit(allFailed === 0 ? 0 : 1);
}

await main();
