import { randomBytes } from 'node:crypto';

/** The only source of randomness. Injected everywhere, so that a simulation can be repeated from its seed. */
export interface Random {
  /** `count` unpredictable bytes. */
  bytes(count: number): Uint8Array;
  /** `byteCount` unpredictable bytes as base64url without padding: 32 give 43 characters and 256 bits. */
  token(byteCount: number): string;
}

export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  token: (byteCount) => randomBytes(byteCount).toString('base64url'),
};
