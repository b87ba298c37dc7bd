import { logger, type Logger } from 'matrix-js-sdk/lib/logger.js';

const ignore = (): void => undefined;

/** The SDK's log names rooms, people and devices, and the console is no place for them. Errors reach the caller. */
export const silentLogger: Logger = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  getChild: () => silentLogger,
};

/** Some of the SDK's parts ignore the logger they are given and use the one they share. */
export function silenceSharedLogger(): void {
  // It is one of loglevel's, which the SDK's type does not say.
  (logger as unknown as { setLevel(level: 'silent', persist: boolean): void }).setLevel('silent', false);
}
