import { createHmac, timingSafeEqual } from 'node:crypto';
import { forbidden, MatrixError, unrecognized } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { Accounts } from '../identity/index.ts';

export interface SignedRegistration {
  readonly nonce: string;
  readonly username: string;
  readonly password: string;
  readonly isAdmin: boolean;
  readonly userType: string | undefined;
  readonly mac: string;
}

const NONCE_LIFETIME_MS = 60_000;
const NONCE_BYTES = 32;
const MAX_NONCES = 10_000;

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly accounts: Accounts;
  /** Without one there is no such registration. */
  readonly secret: string | undefined;
}

function macOf(secret: string, { nonce, username, password, isAdmin, userType }: SignedRegistration): Buffer {
  const parts = [
    nonce,
    username,
    password,
    isAdmin ? 'admin' : 'notadmin',
    ...(userType === undefined ? [] : [userType]),
  ];
  return createHmac('sha1', secret).update(parts.join('\0')).digest();
}

/** Accounts for whoever knows the server's registration secret: the way of Synapse, for suites and tools that expect it. */
export class SharedSecretRegistration {
  readonly #d: Dependencies;
  /** When each nonce ends, ms; in the order in which they were issued. */
  readonly #nonces = new Map<string, number>();

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  issueNonce(): string {
    if (this.#d.secret === undefined) throw unrecognized();
    const nowMs = this.#d.clock.nowMs();
    for (const [nonce, endsAtMs] of this.#nonces) {
      if (endsAtMs > nowMs && this.#nonces.size < MAX_NONCES) break;
      this.#nonces.delete(nonce);
    }
    const nonce = this.#d.random.token(NONCE_BYTES);
    this.#nonces.set(nonce, nowMs + NONCE_LIFETIME_MS);
    return nonce;
  }

  async register(request: SignedRegistration): Promise<UserId> {
    const { secret, accounts, clock, database } = this.#d;
    if (secret === undefined) throw unrecognized();
    const endsAtMs = this.#nonces.get(request.nonce);
    this.#nonces.delete(request.nonce);
    if (endsAtMs === undefined || endsAtMs <= clock.nowMs())
      throw new MatrixError(400, 'M_UNKNOWN', 'unrecognised nonce');
    const expected = macOf(secret, request);
    const presented = Buffer.from(request.mac, 'hex');
    if (presented.length !== expected.length || !timingSafeEqual(presented, expected))
      throw forbidden('HMAC incorrect');
    const passwordHash = await accounts.preparePassword(request.password);
    return database.write((tx) =>
      accounts.create(tx, { loginName: request.username, kind: 'user', isAdmin: request.isAdmin }, passwordHash),
    );
  }
}
