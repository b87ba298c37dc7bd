import { ConfigError, CONFORMANCE_WARNING, loadConfig, loadConformanceConfig, type Config } from './config/index.ts';
import { prepareDataDirectory } from './database/postgres/index.ts';
import { processEnvironment, type Environment } from './platform/environment.ts';
import { createLog } from './platform/log.ts';
import { startServer, type RunningServer } from './start-server.ts';

export interface RunOptions {
  readonly mode: Config['mode'];
  readonly configFile?: string | undefined;
  /** Instead of the process's own. */
  readonly environment?: Environment;
  /** Called when the server answers, instead of the hint at the set-up page. */
  readonly onReady?: (server: RunningServer) => Promise<void>;
}

const OLDEST_NODE_MAJOR = 24;
/** The promise is five seconds; whatever still hangs then is cut, and the next start recovers. */
const STOP_DEADLINE_MS = 4_800;

/** Ctrl-C arrives twice under npm, from the terminal and from npm itself; only a later one is a person losing patience. */
const IMPATIENCE_MS = 1_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

function readConfig({ mode, configFile, environment = processEnvironment() }: RunOptions): Config {
  const workingDirectory = process.cwd();
  if (mode === 'conformance') return loadConformanceConfig(environment, workingDirectory);
  return loadConfig({ environment, workingDirectory, configFile, isTerminal: process.stderr.isTTY === true });
}

function hintAtSetup({ url, setupCode }: RunningServer): void {
  if (setupCode === undefined) return;
  say('');
  say('There is no agency yet. Open this address in a browser to create it and its first administrator:');
  say(`  ${url}/setup#${setupCode}`);
  say(`  Set-up code: ${setupCode}`);
  say('');
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs a server in the foreground until SIGINT or SIGTERM; ends the process. */
export async function runServer(options: RunOptions): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE_MAJOR) {
    complain(
      `Stafette needs Node ${OLDEST_NODE_MAJOR}; this is ${process.versions.node}. "npm start" brings the right one.`,
    );
    process.exit(1);
  }
  let config: Config;
  try {
    config = readConfig(options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    complain(`The configuration cannot be used:\n${error.problems.map((problem) => `  ${problem}`).join('\n')}`);
    process.exit(2);
  }
  // Before the log, which may be the first thing inside.
  prepareDataDirectory(config.dataDirectory);
  const { log } = createLog(config.log);
  const starting = startServer(config, log);
  /** A start that fails has cleaned up by itself. */
  const stopAndExit = (code: 0 | 1): void => {
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    void starting
      .then(async (server) => server.stop())
      .then(
        () => process.exit(code),
        () => process.exit(1),
      );
  };
  const die = (error: unknown, what: string): void => {
    log.fatal({ err: error }, what);
    complain(`${what}: ${messageOf(error)}`);
    stopAndExit(1);
  };
  process.on('uncaughtException', (error) => die(error, 'The server ends after a fault of its own'));
  if (config.mode === 'conformance') complain(CONFORMANCE_WARNING);

  let endingSinceMs: number | undefined;
  const end = (signal: NodeJS.Signals): void => {
    if (endingSinceMs !== undefined) {
      if (performance.now() - endingSinceMs > IMPATIENCE_MS) process.exit(130);
      return;
    }
    endingSinceMs = performance.now();
    log.info({ signal }, 'ending');
    stopAndExit(0);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  // The terminal was closed.
  process.on('SIGHUP', end);
  let server: RunningServer;
  try {
    server = await starting;
  } catch (error) {
    return die(error, 'The server could not start');
  }
  server.onLost((error) => die(error, 'The database is gone'));
  say(`Stafette is ready at ${server.url}`);
  if (options.onReady) await options.onReady(server);
  else hintAtSetup(server);
}
