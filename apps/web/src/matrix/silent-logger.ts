import type { Logger } from 'matrix-js-sdk/lib/logger.js';

const ignore = (): void => undefined;

/** The SDK's log names rooms, people and devices, and the console is no place for them. Errors reach the caller. */
export const silentLogger: Logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore, getChild: () => silentLogger };
