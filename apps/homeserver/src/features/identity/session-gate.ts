import { unknownToken } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { AccountGate, ActingService, Requester } from '../../http/requester.ts';
import type { Clock } from '../../platform/clock.ts';
import * as accounts from './account-store.ts';
import * as acting from './acting-store.ts';
import type { LastSeen } from './last-seen.ts';
import { findMasked, type Mask } from './masquerade.ts';
import * as store from './session-store.ts';
import { hashToken } from './tokens.ts';

interface CachedRequester {
  readonly requester: Requester;
  readonly expiresAtMs: number | undefined;
}

const MAX_CACHED = 100_000;

const maskedKey = (key: string, { userId = '', deviceId = '' }: Mask): string =>
  JSON.stringify([key, userId, deviceId]);

/** Whose change makes the requester another one. */
const concerned = ({ requester: { userId, acting: by } }: CachedRequester): readonly UserId[] =>
  by === undefined ? [userId] : [userId, by.administrator];

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly lastSeen: LastSeen;
  /** The application service with this token, by the token's hash in base64. */
  readonly findService: (tokenHash: string) => ActingService | undefined;
}

/**
 * The account gate: every request with a token passes it. It remembers whom it let in, and is told to forget in the tick
 * in which a change of a session or an account is durable.
 */
export class SessionGate implements AccountGate {
  readonly #d: Dependencies;
  /** By the token's hash: a copy of this memory opens nothing. */
  readonly #cache = new Map<string, CachedRequester>();
  readonly #hashesByUser = new Map<UserId, Set<string>>();
  /** Changes when something is forgotten, so that a look-up which began before that is not remembered after it. */
  #generation = 0;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  async authenticate(token: string, onBehalfOf: Mask = {}, ip?: string, userAgent?: string): Promise<Requester> {
    const hash = hashToken(token);
    const key = hash.toString('base64');
    const service = this.#d.findService(key);
    const nowMs = this.#d.clock.nowMs();
    const { requester } =
      service === undefined
        ? await this.#remembered(key, nowMs, async () => this.#find(hash, nowMs))
        : await this.#remembered(maskedKey(key, onBehalfOf), nowMs, async () => this.#findMasked(service, onBehalfOf));
    this.#d.lastSeen.note(requester, ip, userAgent);
    return requester;
  }

  isServiceToken(token: string): boolean {
    return this.#d.findService(hashToken(token).toString('base64')) !== undefined;
  }

  /** Drops what is remembered of a user: the next request looks again. To be called after every change of an account. */
  forget(userId: UserId): void {
    this.#generation += 1;
    for (const key of this.#hashesByUser.get(userId) ?? []) this.#cache.delete(key);
    this.#hashesByUser.delete(userId);
  }

  async #remembered(key: string, nowMs: number, find: () => Promise<CachedRequester>): Promise<CachedRequester> {
    const cached = this.#cache.get(key);
    if (cached !== undefined && (cached.expiresAtMs === undefined || cached.expiresAtMs > nowMs)) return cached;
    const generation = this.#generation;
    const found = await find();
    if (generation === this.#generation) this.#remember(key, found);
    return found;
  }

  #remember(key: string, found: CachedRequester): void {
    this.#cache.set(key, found);
    for (const userId of concerned(found)) {
      const hashes = this.#hashesByUser.get(userId) ?? new Set();
      this.#hashesByUser.set(userId, hashes.add(key));
    }
    const [oldest] = this.#cache;
    if (this.#cache.size > MAX_CACHED && oldest !== undefined) this.#drop(...oldest);
  }

  #drop(key: string, dropped: CachedRequester): void {
    this.#cache.delete(key);
    for (const userId of concerned(dropped)) {
      const hashes = this.#hashesByUser.get(userId);
      if (hashes?.delete(key) === true && hashes.size === 0) this.#hashesByUser.delete(userId);
    }
  }

  async #findMasked(service: ActingService, mask: Mask): Promise<CachedRequester> {
    return { requester: await findMasked(this.#d.database.reader, service, mask), expiresAtMs: undefined };
  }

  async #find(hash: Uint8Array, nowMs: number): Promise<CachedRequester> {
    const { database } = this.#d;
    const session = await store.findByAccessHash(database.reader, hash);
    if (session === undefined) return this.#findActing(hash, nowMs);
    const expiresAtMs = session.access_expires_at ?? undefined;
    if (expiresAtMs !== undefined && expiresAtMs <= nowMs) throw unknownToken(true);
    const account = await accounts.find(database.reader, session.user_id);
    if (account === undefined || account.isDeactivated || account.kind === 'server') throw unknownToken();
    // Whoever uses the newer token has got it: the one before is not needed again.
    if (session.has_previous_refresh) await database.write((tx) => store.forgetPreviousRefresh(tx, session.session_id));
    return {
      expiresAtMs,
      requester: {
        userId: session.user_id,
        deviceId: session.device_id,
        sessionId: session.session_id,
        kind: account.kind,
        isAdmin: account.isAdmin,
        isSuspended: account.isSuspended,
        isLocked: account.isLocked,
      },
    };
  }

  async #findActing(tokenHash: Uint8Array, nowMs: number): Promise<CachedRequester> {
    const { reader } = this.#d.database;
    const row = await acting.find(reader, tokenHash);
    if (row === undefined || row.expires_at <= nowMs) throw unknownToken();
    const account = await accounts.find(reader, row.user_id);
    if (account === undefined || account.isDeactivated || account.kind === 'server') throw unknownToken();
    return {
      expiresAtMs: row.expires_at,
      requester: {
        userId: row.user_id,
        deviceId: undefined,
        sessionId: undefined,
        kind: account.kind,
        isAdmin: false,
        isSuspended: account.isSuspended,
        isLocked: account.isLocked,
        acting: { administrator: row.administrator, tokenHash },
      },
    };
  }
}
