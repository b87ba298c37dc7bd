import { createHash, timingSafeEqual } from 'node:crypto';
import { OAuthError } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { Sessions } from '../identity/index.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import type { Client } from './clients.ts';
import { hashSecret, invalidGrant, type Grants, type TokenAnswer } from './grants.ts';
import * as store from './store.ts';

const CODE_BYTES = 32;
/** Time from the person's consent to the token request, ms. */
const LIFETIME_MS = 60 * 1000;
/** For so long a code is known, so that one which is shown again is noticed, ms. */
const REMEMBERED_MS = 60 * 60 * 1000;
/** RFC 7636 section 4.1. */
const VERIFIER = /^[\w.~-]{43,128}$/;

/** Somebody used the code at the same time. */
class AlreadyRedeemed extends Error {
  override readonly name = 'AlreadyRedeemed';
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly sessions: Sessions;
  readonly grants: Grants;
}

/** The codes that browsers carry from the consent to the application. */
export class AuthorizationCodes {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  async issue(request: AuthorizationRequest, userId: UserId): Promise<string> {
    const code = `stafette_code_${this.#d.random.token(CODE_BYTES)}`;
    const nowMs = this.#d.clock.nowMs();
    const row = {
      client_id: request.client.clientId,
      user_id: userId,
      redirect_uri: request.redirectUri,
      scope: request.scope.text,
      device_id: request.scope.deviceId,
      code_challenge: request.codeChallenge,
      expires_at: nowMs + LIFETIME_MS,
    };
    await this.#d.database.write((tx) => store.insertCode(tx, hashSecret(code), row, nowMs - REMEMBERED_MS));
    return code;
  }

  /**
   * Exchanges a code for tokens.
   *
   * 1. A code that was exchanged before is in two hands: the session that it opened ends.
   * 2. It has to be the client's own, for the address that it was sent to, and with the verifier of its challenge.
   * 3. Of any number of attempts at the same time one gets the session.
   */
  async redeem(
    client: Client,
    presented: { readonly code?: string; readonly redirect_uri?: string; readonly code_verifier?: string },
  ): Promise<TokenAnswer> {
    const { database, clock, grants } = this.#d;
    const { code, redirect_uri: redirectUri, code_verifier: verifier } = presented;
    if (code === undefined || redirectUri === undefined || verifier === undefined)
      throw new OAuthError('invalid_request', 'code, redirect_uri and code_verifier are needed');
    const codeHash = hashSecret(code);
    const row = await store.findCode(database.reader, codeHash);
    if (row === undefined) throw invalidGrant();
    if (row.redeemed_at !== null) return this.#refuseReplay(codeHash);
    const isGood =
      row.client_id === client.clientId &&
      row.redirect_uri === redirectUri &&
      row.expires_at > clock.nowMs() &&
      isVerifierOf(row.code_challenge, verifier);
    if (!isGood) throw invalidGrant();
    try {
      return await grants.open(
        { client, userId: row.user_id, deviceId: row.device_id, scope: row.scope },
        async (tx, sessionId) => {
          if (!(await store.markCodeRedeemed(tx, codeHash, sessionId, clock.nowMs()))) throw new AlreadyRedeemed();
        },
      );
    } catch (error) {
      if (error instanceof AlreadyRedeemed) return this.#refuseReplay(codeHash);
      throw error;
    }
  }

  async #refuseReplay(codeHash: Uint8Array): Promise<never> {
    const row = await store.findCode(this.#d.database.reader, codeHash);
    if (row !== undefined && row.session_id !== null) await this.#d.sessions.close(row.user_id, [row.device_id]);
    throw invalidGrant();
  }
}

function isVerifierOf(challenge: string, verifier: string): boolean {
  const expected = Buffer.from(challenge, 'base64url');
  return VERIFIER.test(verifier) && timingSafeEqual(createHash('sha256').update(verifier).digest(), expected);
}
