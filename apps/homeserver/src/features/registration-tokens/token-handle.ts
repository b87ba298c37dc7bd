import { createHash } from 'node:crypto';

/** What tells a handle from a token: no token may begin like this. */
const PREFIX = 'hidden-';
const HANDLE = /^hidden-([A-Za-z0-9_-]{43})$/;

/** What is stored instead of the token. */
export const hashRegistrationToken = (token: string): Buffer =>
  createHash('sha256').update(`registration token ${token}`).digest();

/** What lists show in the token's place: it names the token to administrators and lets nobody in. */
export const handleOf = (tokenHash: Uint8Array): string => PREFIX + Buffer.from(tokenHash).toString('base64url');

export const looksLikeHandle = (text: string): boolean => text.startsWith(PREFIX);

/** The hash that a token or its handle stands for. */
export function hashNamedBy(text: string): Buffer {
  const [, encoded] = HANDLE.exec(text) ?? [];
  return encoded === undefined ? hashRegistrationToken(text) : Buffer.from(encoded, 'base64url');
}
