import { createHash } from 'node:crypto';
import type { Random } from '../../platform/random.ts';

/** Consonants, so that no words come out; none looks like another. RFC 8628 section 6.1 */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 8;
/** The largest multiple of the number of letters in a byte: what is above would favour the first letters. */
const FAIR_BYTES = 256 - (256 % LETTERS.length);

/** A code like `WDJB-MJHT`: 34 bits, enough for a quarter of an hour in which nobody may try many. */
export function makeUserCode(random: Random): string {
  let code = '';
  while (code.length < LENGTH) {
    for (const byte of random.bytes(LENGTH))
      if (byte < FAIR_BYTES && code.length < LENGTH) code += LETTERS.charAt(byte % LETTERS.length);
  }
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}

/** The same however it was typed. */
export const hashUserCode = (typed: string): Buffer =>
  createHash('sha256')
    .update(`user code ${typed.toUpperCase().replaceAll(/[^A-Z]/g, '')}`)
    .digest();
