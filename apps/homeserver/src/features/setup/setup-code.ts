import { createHash, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../platform/random.ts';

/** Crockford's digits: no I, L, O or U, so that reading the code aloud or typing it does not go wrong. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUP_COUNT = 5;
const GROUP_LENGTH = 4;

/** A code like `7K3M-...`, 100 bits: cannot be guessed, short enough to type. */
export function makeSetupCode(random: Random): string {
  // 32 digits divide 256 evenly, so the low five bits of a byte are uniform.
  const digits = [...random.bytes(GROUP_COUNT * GROUP_LENGTH)].map((byte) => DIGITS.charAt(byte & 31)).join('');
  return Array.from({ length: GROUP_COUNT }, (_, group) =>
    digits.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH),
  ).join('-');
}

/** The same code however it was typed: case, spaces, dashes and look-alike letters do not matter. */
const normalize = (typed: string): string =>
  typed
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');

/** What is stored instead of the code. With 100 bits of randomness a plain hash cannot be reversed by trying. */
export const hashSetupCode = (code: string): Buffer =>
  createHash('sha256')
    .update(`setup ${normalize(code)}`)
    .digest();

/** Compares in constant time. */
export const isSetupCode = (typed: string, sha256: Uint8Array): boolean =>
  timingSafeEqual(hashSetupCode(typed), sha256);
