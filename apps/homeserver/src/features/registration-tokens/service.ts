import { forbidden, invalidParam, notFound } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { Audit } from '../audit/index.ts';
import type { Admission } from '../identity/index.ts';
import * as store from './store.ts';
import { handleOf, hashNamedBy, hashRegistrationToken, looksLikeHandle } from './token-handle.ts';

export interface TokenRequest {
  /** Drawn when absent. */
  readonly token: string | undefined;
  /** Characters of one that is drawn. */
  readonly length: number | undefined;
  readonly usesAllowed: number | null;
  readonly expiresAtMs: number | null;
}

export interface TokenChange {
  readonly usesAllowed: number | null | undefined;
  readonly expiresAtMs: number | null | undefined;
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
}

/** Fewer could be guessed in spite of the limit for each address. */
const MIN_CHARACTERS = 8;
const DEFAULT_CHARACTERS = 16;
const TOKEN = /^[A-Za-z0-9._~-]+$/;
/** A path that means something else. */
const RESERVED = 'new';
const MAX_LISTED = 1_000;

const noSuchToken = () => notFound('There is no such registration token');

/**
 * Tokens with which people register, each for as many as it allows. As with invitations only hashes are kept: lists show
 * handles, which let nobody in.
 */
export class RegistrationTokens {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** The answer is the only place where the token is ever shown. Throws M_INVALID_PARAM. */
  async create(
    request: TokenRequest,
    actor: UserId,
  ): Promise<{ readonly token: string; readonly row: store.RegistrationTokenRow }> {
    const { database, audit, clock } = this.#d;
    const token = request.token ?? this.#draw(request.length ?? DEFAULT_CHARACTERS);
    this.#assertUsable(token, request.expiresAtMs);
    const row = {
      token_hash: hashRegistrationToken(token),
      uses_allowed: request.usesAllowed,
      expires_at: request.expiresAtMs,
    };
    await database.write(async (tx) => {
      if (!(await store.insert(tx, row, actor, clock.nowMs()))) throw invalidParam('There is this token already');
      await audit.note(tx, { actor, action: 'registration-token.create', target: handleOf(row.token_hash) });
    });
    return { token, row: { ...row, completed: 0 } };
  }

  async list(open: boolean | undefined): Promise<readonly store.RegistrationTokenRow[]> {
    return store.list(this.#d.database.reader, open, this.#d.clock.nowMs(), MAX_LISTED);
  }

  /** By the token or its handle. Throws M_NOT_FOUND. */
  async get(named: string): Promise<store.RegistrationTokenRow> {
    const row = await store.find(this.#d.database.reader, hashNamedBy(named));
    if (row === undefined) throw noSuchToken();
    return row;
  }

  /** Throws M_NOT_FOUND and M_INVALID_PARAM. */
  async update(named: string, change: TokenChange, actor: UserId): Promise<store.RegistrationTokenRow> {
    const { database, audit } = this.#d;
    this.#assertAhead(change.expiresAtMs);
    return database.write(async (tx) => {
      const row = await store.update(tx, hashNamedBy(named), change);
      if (row === undefined) throw noSuchToken();
      await audit.note(tx, { actor, action: 'registration-token.change', target: handleOf(row.token_hash) });
      return row;
    });
  }

  /** Throws M_NOT_FOUND. */
  async remove(named: string, actor: UserId): Promise<void> {
    const { database, audit } = this.#d;
    const hash = hashNamedBy(named);
    await database.write(async (tx) => {
      if (!(await store.remove(tx, hash))) throw noSuchToken();
      await audit.note(tx, { actor, action: 'registration-token.remove', target: handleOf(hash) });
    });
  }

  /** What an open token admits to: an ordinary account. Undefined for all that is no open token. */
  async findAdmission(token: string): Promise<Admission | undefined> {
    const { database, clock } = this.#d;
    const hash = hashRegistrationToken(token);
    if ((await store.findOpen(database.reader, hash, clock.nowMs())) === undefined) return undefined;
    return {
      isAdmin: false,
      loginName: undefined,
      displayName: undefined,
      async redeem(tx) {
        if (await store.countUse(tx, hash, clock.nowMs())) return;
        throw forbidden('This registration token lets nobody in any more');
      },
    };
  }

  /** Six bits of random a character. Without dashes: on a command line, one at the beginning would begin an option. */
  #draw(characters: number): string {
    return this.#d.random.token(characters).slice(0, characters).replaceAll('-', '.');
  }

  #assertUsable(token: string, expiresAtMs: number | null): void {
    if (!TOKEN.test(token) || token === RESERVED || looksLikeHandle(token))
      throw invalidParam('A token has letters, digits and ._~- and does not look like a handle');
    if (token.length < MIN_CHARACTERS) throw invalidParam(`A token has ${MIN_CHARACTERS} characters at least`);
    this.#assertAhead(expiresAtMs);
  }

  #assertAhead(expiresAtMs: number | null | undefined): void {
    if (expiresAtMs !== null && expiresAtMs !== undefined && expiresAtMs <= this.#d.clock.nowMs())
      throw invalidParam('expiry_time has to be ahead');
  }
}
