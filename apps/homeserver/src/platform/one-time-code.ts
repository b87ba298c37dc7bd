import type { Random } from './random.ts';

/** Crockford's digits: no I, L, O or U, so that reading the code aloud or typing it does not go wrong. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUP_LENGTH = 4;

/** A code like `7K3M-...` to be typed from paper, with 20 random bits in each group. */
export function makeOneTimeCode(random: Random, groupCount: number): string {
  // 32 digits divide 256 evenly, so the low five bits of a byte are uniform.
  const digits = Array.from(random.bytes(groupCount * GROUP_LENGTH), (byte) => DIGITS.charAt(byte & 31)).join('');
  return Array.from({ length: groupCount }, (_, group) =>
    digits.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH),
  ).join('-');
}

/** The same code however it was typed: case, spaces, dashes and look-alike letters do not matter. */
export const normalizeOneTimeCode = (typed: string): string =>
  typed
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
