import type { ServerProcess, startServer } from '../server-process.ts';

/** What every part of the suite gets. */
export interface BenchContext {
  readonly measureMs: number;
  /** Waiting clients of the idle part. */
  readonly polls: number;
  /** Rooms of the account whose first sync is measured, and members of each. */
  readonly rooms: number;
  readonly members: number;
  /** A port for a server that a limit needs. */
  readonly limitPort: number;
  /** Runs work against the real server on a fresh database. */
  withServer<T>(
    options: Omit<Parameters<typeof startServer>[0], 'port'>,
    work: (server: ServerProcess) => Promise<T>,
  ): Promise<T>;
}

/** One part of the suite: measures, prints what it saw beside the limit of the machine, and returns it for the report. */
export type Part = (context: BenchContext) => Promise<unknown>;
