import { createHash, createHmac } from 'node:crypto';
import type { Random } from '../../platform/random.ts';

/** 256 bits: nobody guesses one, and a plain hash is enough to store it. */
const TOKEN_BYTES = 32;
const FAMILY_BYTES = 16;

type TokenKind = 'access' | 'refresh' | 'login' | 'acting';

// The beginning says what it is, for people and scanners who find one in the wrong place.
const spell = (kind: TokenKind, secret: string): string => `stafette_${kind}_${secret}`;

export const makeToken = (random: Random, kind: TokenKind): string => spell(kind, random.token(TOKEN_BYTES));

export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/**
 * The first refresh token of a session. What stands before the point names the session in all its refresh tokens, so
 * that one which is not good any more is still known as this session's.
 */
export const makeRefreshToken = (random: Random): string =>
  `${spell('refresh', random.token(FAMILY_BYTES))}.${random.token(TOKEN_BYTES)}`;

export const familyOf = (refreshToken: string): string => refreshToken.slice(0, Math.max(0, refreshToken.indexOf('.')));

/**
 * The tokens that a refresh token is exchanged for. They follow from it and a secret of the session, so that a client
 * whose answer got lost gets the same ones again; without the refresh token the database does not tell them.
 */
export function successorsOf(
  refreshToken: string,
  rotationSecret: Uint8Array,
): { readonly access: string; readonly refresh: string } {
  const derive = (kind: TokenKind): string =>
    createHmac('sha256', rotationSecret).update(`${kind} ${refreshToken}`).digest('base64url');
  return { access: spell('access', derive('access')), refresh: `${familyOf(refreshToken)}.${derive('refresh')}` };
}
