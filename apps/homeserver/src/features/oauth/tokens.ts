import { MatrixError, OAuthError } from '@stafette/contracts';
import type { DeviceId, UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Sessions } from '../identity/index.ts';
import type { ClientMetadata } from './client-metadata.ts';
import { readStored, type Client } from './clients.ts';
import { invalidGrant, tokenAnswer, type TokenAnswer } from './grants.ts';
import * as store from './store.ts';

/** Renewing and ending the sessions of OAuth clients, which are sessions like all others. */
export class OAuthTokens {
  readonly #database: Database;
  readonly #sessions: Sessions;

  constructor(dependencies: { readonly database: Database; readonly sessions: Sessions }) {
    this.#database = dependencies.database;
    this.#sessions = dependencies.sessions;
  }

  /** A client renews its own sessions alone. What was renewed before ends the session; see {@link Sessions.refresh}. */
  async refresh(client: Client, refreshToken: string | undefined): Promise<TokenAnswer> {
    if (refreshToken === undefined) throw new OAuthError('invalid_request', 'refresh_token is needed');
    const session = await this.#sessions.findByToken(refreshToken);
    const granted = session && (await store.findSession(this.#database.reader, session.session_id));
    if (granted?.client_id !== client.clientId) throw invalidGrant();
    try {
      return tokenAnswer(await this.#sessions.refresh(refreshToken), granted.scope);
    } catch (error) {
      if (error instanceof MatrixError && error.errcode === 'M_UNKNOWN_TOKEN') throw invalidGrant();
      throw error;
    }
  }

  /**
   * Ends the session of a token, whoever shows it: who found one in the wrong place does good by showing it here.
   * https://spec.matrix.org/v1.19/client-server-api/#token-revocation
   */
  async revoke(token: string | undefined): Promise<void> {
    if (token === undefined) throw new OAuthError('invalid_request', 'token is needed');
    const session = await this.#sessions.findByToken(token);
    if (session !== undefined) await this.#sessions.close(session.user_id, [session.device_id]);
  }

  /** Whether a session was opened by OAuth. */
  async isOAuthSession(sessionId: number): Promise<boolean> {
    return (await store.findSession(this.#database.reader, sessionId)) !== undefined;
  }

  /** The application that a device is logged in with, if by OAuth. */
  async findClientOf(userId: UserId, deviceId: DeviceId): Promise<ClientMetadata | undefined> {
    const text = await store.findClientOfDevice(this.#database.reader, userId, deviceId);
    return text === undefined ? undefined : readStored(text);
  }
}
