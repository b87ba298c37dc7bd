import type { ExitCode, Output } from '../output.ts';
import { readConfiguration, type GlobalOptions } from '../source.ts';

/** `stafette config check`: says every problem at once, or that there is none. */
export function configCheck(options: GlobalOptions, output: Output): ExitCode {
  const result = readConfiguration(options);
  if (result.isValid) {
    output.say('The configuration is valid.');
    return 0;
  }
  for (const problem of result.problems) output.complain(problem);
  return 1;
}
