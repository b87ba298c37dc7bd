import { createHash } from 'node:crypto';
import type { Random } from '../../platform/random.ts';

/** 256 bits: nobody guesses one, and a plain hash is enough to store it. */
const TOKEN_BYTES = 32;

/** Makes a token whose beginning says what it is, for people who find one in the wrong place. */
export const makeToken = (random: Random, kind: 'access' | 'refresh' | 'login'): string => `stafette_${kind}_${random.token(TOKEN_BYTES)}`;

export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();
