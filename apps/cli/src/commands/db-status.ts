import { migrationStatus } from '@stafette/homeserver';
import { withDatabase } from '../database-session.ts';
import type { ExitCode, Output } from '../output.ts';
import { readConfiguration, type GlobalOptions } from '../source.ts';

export interface StatusOptions extends GlobalOptions {
  readonly json?: boolean | undefined;
}

/** `stafette db status`: which migrations the database has, and which the next start will apply. */
export async function dbStatus(options: StatusOptions, output: Output): Promise<ExitCode> {
  const result = readConfiguration(options);
  if (!result.isValid) {
    for (const problem of result.problems) output.complain(problem);
    return 2;
  }
  const status = await withDatabase(result.config, async ({ connection }) => migrationStatus(connection));
  if (options.json === true) {
    output.say(JSON.stringify(status));
    return 0;
  }
  for (const name of status.applied) output.say(`applied  ${name}`);
  for (const name of status.pending) output.say(`pending  ${name}`);
  return 0;
}
