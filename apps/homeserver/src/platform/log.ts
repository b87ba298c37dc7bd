import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { destination, pino, type Logger } from 'pino';

/** Structured log: one line per fact, `log.info({ roomCount }, 'rooms loaded')`. Never message content, tokens or keys. */
export type Log = Pick<Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child' | 'level'>;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Members whose value never reaches a log, whichever object they are in. Defence in depth: callers do not pass them. */
const SECRET_MEMBERS = [
  'authorization',
  'access_token',
  'accessToken',
  'refresh_token',
  'refreshToken',
  'password',
  'new_password',
  'token',
  'secret',
  'cookie',
  'code',
  'mac',
  'body',
  'content',
  'email',
  'mail',
  'address',
  'signingKey',
  'privateKey',
  'recovery_key',
  'code_hash',
] as const;

const DEPTHS = ['', '*.', '*.*.', '*.*.*.'] as const;

/** Data exceptions and broken constraints: PostgreSQL quotes the offending value in their messages. */
const quotesValues = (code: unknown): boolean => typeof code === 'string' && /^2[23]/.test(code);

/** What a log may say about an error: PostgreSQL's `detail`, `where` and `query` hold row values and are left out. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = 'code' in error ? error.code : undefined;
  const isQuoting = quotesValues(code);
  return {
    type: error.name,
    // The stack begins with the message.
    ...(isQuoting ? { message: 'value refused by the database' } : { message: error.message, stack: error.stack }),
    ...(code === undefined ? {} : { errorCode: code }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

const MAX_FILE_BYTES = 50 * 1024 * 1024;

/** Opens a log file for appending; one of more than 50 MiB is set aside first, replacing the one set aside before. */
function openLogFile(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_FILE_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

export interface LogOptions {
  readonly level: LogLevel;
  /** Absolute path; JSON lines go to standard error when absent. */
  readonly file?: string | undefined;
}

/** Makes the process's log. Lines are written at once, so that the last one before a crash is not lost. */
export function createLog({ level, file }: LogOptions): { readonly log: Log; close(): void } {
  const descriptor = file === undefined ? 2 : openLogFile(file);
  const log = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: DEPTHS.flatMap((depth) => SECRET_MEMBERS.map((member) => `${depth}${member}`)),
        censor: '[redacted]',
      },
      serializers: { err: describeError, error: describeError },
    },
    destination({ dest: descriptor, sync: true }),
  );
  return {
    log,
    close: () => {
      if (file !== undefined) closeSync(descriptor);
    },
  };
}

/** For tests and tools that have nothing to report. */
export const silentLog: Log = pino({ level: 'silent' });
