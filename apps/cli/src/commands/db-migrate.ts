import { migrate } from '@stafette/homeserver';
import { withDatabase } from '../database-session.ts';
import type { ExitCode, Output } from '../output.ts';
import { readConfiguration, type GlobalOptions } from '../source.ts';

/** `stafette db migrate`: brings the schema up to date without starting the server. */
export async function dbMigrate(options: GlobalOptions, output: Output): Promise<ExitCode> {
  const result = readConfiguration(options);
  if (!result.isValid) {
    for (const problem of result.problems) output.complain(problem);
    return 2;
  }
  const applied = await withDatabase(result.config, async ({ connection }) => migrate(connection));
  for (const name of applied) output.say(`applied ${name}`);
  output.say(applied.length === 0 ? 'The schema was up to date already.' : 'The schema is up to date.');
  return 0;
}
