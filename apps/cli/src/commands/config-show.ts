import { ConfigError, readSettings } from '@stafette/homeserver';
import type { ExitCode, Output } from '../output.ts';
import { sourceOf, type GlobalOptions } from '../source.ts';

export interface ShowOptions extends GlobalOptions {
  readonly json?: boolean | undefined;
}

const HIDDEN = '(hidden)';

/** `stafette config show`: each key, its value and where that comes from. Secrets are not shown. */
export function configShow(options: ShowOptions, output: Output): ExitCode {
  try {
    const { settings, file } = readSettings(sourceOf(options));
    const shown = [...settings.values()].map(({ path, value, origin, isSecret }) => ({
      key: path,
      value: isSecret && value !== undefined ? HIDDEN : (value ?? null),
      origin,
    }));
    if (options.json === true) {
      output.say(JSON.stringify({ file: file ?? null, settings: shown }));
      return 0;
    }
    output.say(`# ${file === undefined ? 'no configuration file' : file}`);
    for (const { key, value, origin } of shown)
      output.say(`${key}: ${value === null ? '' : JSON.stringify(value)}  # ${origin}`);
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) output.complain(problem);
    return 1;
  }
}
