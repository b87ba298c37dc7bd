import {
  ConfigError,
  loadConfig,
  processEnvironment,
  type Config,
  type ConfigSource,
  type Environment,
} from '@stafette/homeserver';

/** Options that every command understands. */
export interface GlobalOptions {
  readonly config?: string | undefined;
  readonly environment?: Environment;
  readonly workingDirectory?: string;
}

/** Where this call's configuration comes from. */
export const sourceOf = ({ config, environment, workingDirectory }: GlobalOptions): ConfigSource => ({
  environment: environment ?? processEnvironment(),
  workingDirectory: workingDirectory ?? process.cwd(),
  isTerminal: process.stderr.isTTY,
  configFile: config,
});

export type ConfigResult =
  | { readonly isValid: true; readonly config: Config }
  | { readonly isValid: false; readonly problems: readonly string[] };

/** The configuration, or what is wrong with it. */
export function readConfiguration(options: GlobalOptions): ConfigResult {
  try {
    return { isValid: true, config: loadConfig(sourceOf(options)) };
  } catch (error) {
    if (error instanceof ConfigError) return { isValid: false, problems: error.problems };
    throw error;
  }
}
