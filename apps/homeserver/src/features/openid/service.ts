import { createHash } from 'node:crypto';
import type { UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import * as store from './store.ts';

const TOKEN_BYTES = 32;
export const OPENID_LIFETIME_MS = 60 * 60 * 1000;

const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Tokens by which somebody shows a third party who they are; good for nothing else. https://spec.matrix.org/v1.19/client-server-api/#openid */
export class OpenIdTokens {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(dependencies: { readonly database: Database; readonly clock: Clock; readonly random: Random }) {
    this.#database = dependencies.database;
    this.#clock = dependencies.clock;
    this.#random = dependencies.random;
  }

  async issue(userId: UserId): Promise<string> {
    const token = this.#random.token(TOKEN_BYTES);
    const nowMs = this.#clock.nowMs();
    await this.#database.write((tx) => store.insert(tx, hashToken(token), userId, nowMs, nowMs + OPENID_LIFETIME_MS));
    return token;
  }

  async findUser(token: string): Promise<UserId | undefined> {
    return store.findUser(this.#database.reader, hashToken(token), this.#clock.nowMs());
  }
}
