import type { JsonObject, UserId } from '@stafette/protocol';
import type { Requester } from '../../http/requester.ts';
import type { AuthPurpose, StageCheck, UserInteractiveAuth } from '../identity/index.ts';

/** The second is the spelling from before the specification. */
export const RESET_STAGES = ['m.oauth', 'org.matrix.cross_signing_reset'] as const;

const purposeOf = (userId: UserId): AuthPurpose => ({ action: 'replace-keys', userId });

/**
 * Replacing cross-signing keys from a session of OAuth: allowed on a page, by the person, for the one request that asks.
 * So that a stolen token cannot wait for somebody to allow something else.
 * https://spec.matrix.org/v1.19/client-server-api/#oauth-authentication
 */
export class CrossSigningReset {
  readonly #auth: UserInteractiveAuth;
  readonly #accountUrl: string;
  readonly #checkPasswordOf: (userId: UserId) => StageCheck;

  /** Where a page asks for the password at once, `checkPasswordOf` checks it. */
  constructor(auth: UserInteractiveAuth, accountUrl: string, checkPasswordOf: (userId: UserId) => StageCheck) {
    this.#auth = auth;
    this.#accountUrl = accountUrl;
    this.#checkPasswordOf = checkPasswordOf;
  }

  /** Throws the 401 that says where to allow it, until that has been done. */
  async require({ userId }: Requester, auth: JsonObject | undefined): Promise<void> {
    await this.#auth.require({
      auth,
      purpose: purposeOf(userId),
      flows: RESET_STAGES.map((stage) => [stage]),
      stages: new Map(),
      pageStages: new Map(RESET_STAGES.map((stage) => [stage, this.#checkPasswordOf(userId)])),
      params: (session) => {
        const query = new URLSearchParams({ action: 'org.matrix.cross_signing_reset', session });
        const url = `${this.#accountUrl}?${query.toString()}`;
        return Object.fromEntries(RESET_STAGES.map((stage) => [stage, { url }]));
      },
    });
  }

  isWaiting(userId: UserId, sessionId: string): boolean {
    return this.#auth.isWaiting(sessionId, purposeOf(userId));
  }

  /** False when nobody asked. */
  allow(userId: UserId, sessionId: string): boolean {
    return this.#auth.complete(sessionId, purposeOf(userId), RESET_STAGES[0]);
  }
}
