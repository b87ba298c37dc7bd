import { createClient, MatrixError, type MatrixClient, type RegisterResponse } from 'matrix-js-sdk';
import { failure, success, type Outcome } from '../model/failure.ts';
import type { Credentials } from './credentials.ts';
import { failureOf } from './failure-of.ts';
import { silentLogger } from './silent-logger.ts';

export interface NewAccount {
  readonly invitationCode: string;
  readonly loginName: string;
  readonly displayName: string;
  readonly password: string;
}

const INVITATION_STAGE = 'm.login.registration_token';

/** What can be done without being signed in. */
export class AccountGateway {
  readonly #client: MatrixClient;
  readonly #baseUrl: string;
  readonly #deviceName: () => string;

  constructor(baseUrl: string, deviceName: () => string) {
    this.#baseUrl = baseUrl;
    this.#deviceName = deviceName;
    this.#client = createClient({ baseUrl, logger: silentLogger });
  }

  /** https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3login */
  async signIn(loginName: string, password: string): Promise<Outcome<Credentials>> {
    try {
      const answer = await this.#client.loginRequest({
        type: 'm.login.password',
        identifier: { type: 'm.id.user', user: loginName },
        password,
        initial_device_display_name: this.#deviceName(),
      });
      return success({ userId: answer.user_id, deviceId: answer.device_id, accessToken: answer.access_token });
    } catch (error) {
      const { kind, code } = failureOf(error);
      return kind === 'forbidden' ? failure('wrong-credentials', code) : { ok: false, failure: failureOf(error) };
    }
  }

  /** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1registermloginregistration_tokenvalidity */
  async isInvitationCodeValid(code: string): Promise<Outcome<boolean>> {
    try {
      const query = new URLSearchParams({ token: code }).toString();
      const response = await fetch(
        `${this.#baseUrl}/_matrix/client/v1/register/m.login.registration_token/validity?${query}`,
      );
      if (!response.ok)
        return failure(response.status === 429 ? 'too-many-attempts' : 'unexpected', `HTTP ${response.status}`);
      const body: unknown = await response.json();
      return success(typeof body === 'object' && body !== null && 'valid' in body && body.valid === true);
    } catch (error) {
      return failure('offline', error instanceof Error ? error.name : undefined);
    }
  }

  /**
   * Registers with a one-time code, then sets the display name.
   * https://spec.matrix.org/v1.19/client-server-api/#token-authenticated-registration
   */
  async register(account: NewAccount): Promise<Outcome<Credentials>> {
    try {
      const answer = await this.#registerInStages(account);
      const { access_token: accessToken, device_id: deviceId } = answer;
      if (accessToken === undefined || deviceId === undefined)
        return await this.signIn(account.loginName, account.password);
      const credentials = { userId: answer.user_id, deviceId, accessToken };
      const own = createClient({ baseUrl: this.#baseUrl, userId: answer.user_id, accessToken, logger: silentLogger });
      await own.setDisplayName(account.displayName);
      return success(credentials);
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  }

  async #registerInStages(account: NewAccount): Promise<RegisterResponse> {
    const request = {
      username: account.loginName,
      password: account.password,
      initial_device_display_name: this.#deviceName(),
    };
    let auth: { type: string; session?: string; token?: string } | undefined;
    // Each round completes one stage; the server names the flows and what is done.
    for (let round = 0; round < 4; round += 1) {
      try {
        return await this.#client.registerRequest(auth === undefined ? request : { ...request, auth });
      } catch (error) {
        const stage = error instanceof MatrixError ? nextStage(error) : undefined;
        if (stage === undefined) throw error;
        auth = stage.type === INVITATION_STAGE ? { ...stage, token: account.invitationCode } : stage;
      }
    }
    throw new Error('The server asks for more stages than it names');
  }
}

/** Undefined when the answer is a refusal rather than the next step of the conversation. */
function nextStage(error: MatrixError): { type: string; session?: string } | undefined {
  if (error.httpStatus !== 401 || error.errcode !== undefined) return undefined;
  // https://spec.matrix.org/v1.19/client-server-api/#user-interactive-api-in-the-rest-api
  const data = error.data as {
    readonly flows?: ReadonlyArray<{ readonly stages: readonly string[] }>;
    readonly completed?: readonly string[];
    readonly session?: string;
  };
  const known = [INVITATION_STAGE, 'm.login.dummy'];
  const flow = data.flows?.find(({ stages }) => stages.every((stage) => known.includes(stage)));
  const type = flow?.stages.find((stage) => !(data.completed ?? []).includes(stage));
  if (type === undefined) return undefined;
  return data.session === undefined ? { type } : { type, session: data.session };
}
