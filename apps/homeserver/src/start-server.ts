import { formatAddress, reachableAddress, type Address, type Config } from './config/index.ts';
import { Listener } from './http/listener.ts';
import { databaseCheck, diskCheck } from './operations/checks.ts';
import { operationsHandler } from './operations/operations-handler.ts';
import type { Log } from './platform/log.ts';
import { Shutdown } from './platform/shutdown.ts';
import { VERSION } from './version.ts';
import { layFoundation, type Foundation } from './foundation.ts';

export interface RunningServer {
  /** Where people reach it, without a slash at the end. */
  readonly url: string;
  /** To be shown on the terminal, and only there; undefined when there is an agency. */
  readonly setupCode: string | undefined;
  /** Ends everything in order; what was acknowledged is kept. Under five seconds. */
  stop(): Promise<void>;
  /** Called when the server cannot go on, because PostgreSQL is gone for good. */
  onLost(listener: (error: unknown) => void): void;
}

/** Time for answers in progress when the server ends; long polls are answered at once. */
const CLOSE_GRACE_MS = 1_000;

/** The default port of the operations listener may be taken by another server of this machine; one that was asked for may not. */
async function openOperations({ config, log, shutdown, database, metrics }: Foundation): Promise<void> {
  if (!config.operations) return;
  const { host, port, isRequired } = config.operations;
  const listener = new Listener();
  const onFault = (error: unknown): void => log.error({ err: error }, 'operations request failed');
  listener.use(operationsHandler([databaseCheck(database), diskCheck(config.dataDirectory)], metrics, onFault));
  try {
    await listener.listen({ host, port });
  } catch (error) {
    if (isRequired)
      throw new Error(`Cannot listen on ${formatAddress({ host, port })} for operations.`, { cause: error });
    log.warn({ port }, 'the port for health and metrics is taken; they are not served');
    return;
  }
  shutdown.add('operations', async () => listener.close(0));
}

/** Where a browser on this machine finds a listener; only the port can differ from the configured address. */
function urlOf(config: Config, port: number): string {
  const listen: Address | undefined = config.listeners[0];
  if (listen && listen.port === port) return config.publicUrl;
  return `http://${formatAddress(reachableAddress({ host: listen?.host ?? 'localhost', port }))}`;
}

async function openListener(listener: Listener, { config }: Foundation): Promise<string> {
  const ports: number[] = [];
  for (const at of config.listeners) {
    try {
      ports.push(await listener.listen(at));
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      const reason = isTaken
        ? 'another program listens there. Choose another address with STAFETTE_LISTEN'
        : 'the system does not allow it';
      throw new Error(`Cannot listen on ${formatAddress(at)}: ${reason}.`, { cause: error });
    }
  }
  return urlOf(config, ports[0] ?? 0);
}

/** Starts everything, in the order of dependencies, and returns when it answers. A failed start leaves nothing running. */
export async function startServer(config: Config, log: Log): Promise<RunningServer> {
  const shutdown = new Shutdown(log);
  try {
    const laying = layFoundation(config, log, shutdown);
    // The rest of the program takes half a second to load, and so long PostgreSQL's programs work by themselves.
    const loading = import('./serve.ts');
    const foundation = await laying;
    const { serve } = await loading;
    const listener = new Listener();
    foundation.metrics.watchInFlight(() => listener.inFlightCount);
    // At the same time: long polls end because the server closes, and the listener waits for their answers.
    shutdown.add('serving', async () => {
      await Promise.all([listener.close(CLOSE_GRACE_MS), foundation.active?.close()]);
    });
    const setupCode = await serve(foundation, listener);
    await openOperations(foundation);
    const url = await openListener(listener, foundation);
    log.info({ url, version: VERSION, mode: config.mode, isSetUp: setupCode === undefined }, 'ready');
    return { url, setupCode, stop: async () => shutdown.run(), onLost: (listen) => foundation.lost.listen(listen) };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}
