import { createHash, timingSafeEqual } from 'node:crypto';
import { makeOneTimeCode, normalizeOneTimeCode } from '../../platform/one-time-code.ts';
import type { Random } from '../../platform/random.ts';

/** 100 bits: cannot be guessed, short enough to type. */
export const makeSetupCode = (random: Random): string => makeOneTimeCode(random, 5);

/** What is stored instead of the code. With 100 bits of randomness a plain hash cannot be reversed by trying. */
export const hashSetupCode = (code: string): Buffer =>
  createHash('sha256')
    .update(`setup ${normalizeOneTimeCode(code)}`)
    .digest();

/** Compares in constant time. */
export const isSetupCode = (typed: string, sha256: Uint8Array): boolean =>
  timingSafeEqual(hashSetupCode(typed), sha256);
