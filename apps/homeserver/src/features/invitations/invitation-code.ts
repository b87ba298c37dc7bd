import { createHash } from 'node:crypto';
import { makeOneTimeCode, normalizeOneTimeCode } from '../../platform/one-time-code.ts';
import type { Random } from '../../platform/random.ts';

/** 140 bits: cannot be guessed, can be typed from paper. */
export const makeInvitationCode = (random: Random): string => makeOneTimeCode(random, 7);

/** What is stored instead of the code: at 140 random bits a plain hash cannot be reversed by trying. */
export const hashInvitationCode = (typed: string): Buffer =>
  createHash('sha256')
    .update(`invitation ${normalizeOneTimeCode(typed)}`)
    .digest();
