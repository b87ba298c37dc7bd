import { createHash } from 'node:crypto';
import { OAuthError } from '@stafette/contracts';
import type { DeviceId, UserId } from '@stafette/protocol';
import type { WriteTx } from '../../database/database.ts';
import type { Accounts, Sessions, SessionTokens } from '../identity/index.ts';
import { nameOf, type Client } from './clients.ts';
import * as store from './store.ts';

/** What a token request is answered with, RFC 6749 section 5.1. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in?: number;
  readonly refresh_token?: string;
  readonly scope: string;
}

export interface Grant {
  readonly client: Client;
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly scope: string;
}

export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export const invalidGrant = (): OAuthError =>
  new OAuthError('invalid_grant', 'This grant does not hold, or not any more');

export const tokenAnswer = (tokens: SessionTokens, scope: string): TokenAnswer => ({
  access_token: tokens.accessToken,
  token_type: 'Bearer',
  ...(tokens.expiresInMs === undefined ? {} : { expires_in: Math.floor(tokens.expiresInMs / 1000) }),
  ...(tokens.refreshToken === undefined ? {} : { refresh_token: tokens.refreshToken }),
  scope,
});

/** Opens the session that a grant is good for: an ordinary one, of an account that may log in at this moment. */
export class Grants {
  readonly #accounts: Accounts;
  readonly #sessions: Sessions;

  constructor(dependencies: { readonly accounts: Accounts; readonly sessions: Sessions }) {
    this.#accounts = dependencies.accounts;
    this.#sessions = dependencies.sessions;
  }

  /** `use` uses the grant up in the transaction that opens the session, and throws when somebody was faster. */
  async open(grant: Grant, use: (tx: WriteTx, sessionId: number) => Promise<void>): Promise<TokenAnswer> {
    const { client, userId, deviceId, scope } = grant;
    const account = await this.#accounts.find(userId);
    if (account === undefined || account.isDeactivated || account.isLocked) throw invalidGrant();
    const session = await this.#sessions.open({
      userId,
      deviceId,
      displayName: nameOf(client),
      withRefreshToken: true,
      alongside: async (tx, sessionId) => {
        await use(tx, sessionId);
        await store.insertSession(tx, sessionId, client.clientId, scope);
      },
    });
    return tokenAnswer(session, scope);
  }
}
