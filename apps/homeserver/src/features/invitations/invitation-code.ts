import { createHash } from 'node:crypto';
import type { Random } from '../../platform/random.ts';

/** Crockford's digits: no I, L, O or U, so that reading the code aloud or typing it does not go wrong. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUP_COUNT = 7;
const GROUP_LENGTH = 4;

/** A code like `7K3M-...`, 140 bits: cannot be guessed, can be typed from paper. */
export function makeInvitationCode(random: Random): string {
  // 32 digits divide 256 evenly, so the low five bits of a byte are uniform.
  const digits = Array.from(random.bytes(GROUP_COUNT * GROUP_LENGTH), (byte) => DIGITS.charAt(byte & 31)).join('');
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

/** What is stored instead of the code: at 140 random bits a plain hash cannot be reversed by trying. */
export const hashInvitationCode = (typed: string): Buffer =>
  createHash('sha256')
    .update(`invitation ${normalize(typed)}`)
    .digest();
