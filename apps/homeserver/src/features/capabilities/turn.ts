import { createHmac } from 'node:crypto';
import type { UserId } from '@stafette/protocol';
import type { Clock } from '../../platform/clock.ts';

/** Relays for calls, and what they share with this server. */
export interface Turn {
  readonly uris: readonly string[];
  readonly sharedSecret: string;
  readonly ttlSeconds: number;
}

/**
 * What a client needs for the relays: the name carries how long it is good and for whom, and the password proves that a
 * server with the secret wrote it. https://datatracker.ietf.org/doc/html/draft-uberti-behave-turn-rest-00
 */
export function turnServerFor(userId: UserId, { uris, sharedSecret, ttlSeconds }: Turn, clock: Clock) {
  const username = `${Math.floor(clock.nowMs() / 1000) + ttlSeconds}:${userId}`;
  const password = createHmac('sha1', sharedSecret).update(username).digest('base64');
  return { username, password, uris: [...uris], ttl: ttlSeconds };
}
