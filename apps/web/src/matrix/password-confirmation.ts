import { MatrixError, type AuthDict, type UIAuthCallback } from 'matrix-js-sdk';

/** Asks for the password; undefined when the person gives up. `isRetry`: the last one was wrong. */
export type PasswordPrompt = (isRetry: boolean) => Promise<string | undefined>;

/** The person was asked for the password and gave none. */
export class ConfirmationAborted extends Error {
  override readonly name = 'ConfirmationAborted';
}

/**
 * Answers the server's wish to see the password again: with the one typed a moment ago if there is one, else by asking.
 * https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api
 */
export class PasswordConfirmation {
  readonly #userId: string;
  readonly #prompt: PasswordPrompt;
  #password: string | undefined;

  constructor(userId: string, prompt: PasswordPrompt, password?: string) {
    this.#userId = userId;
    this.#prompt = prompt;
    this.#password = password;
  }

  forget(): void {
    this.#password = undefined;
  }

  readonly authorize: UIAuthCallback<void> = async (makeRequest) => this.run(makeRequest);

  async run<Answer>(makeRequest: (auth: AuthDict | null) => Promise<Answer>): Promise<Answer> {
    let auth: AuthDict | null = null;
    let wasAsked = false;
    for (;;) {
      try {
        return await makeRequest(auth);
      } catch (error) {
        if (!(error instanceof MatrixError) || error.httpStatus !== 401) throw error;
        if (auth !== null) this.#password = undefined;
        const password = this.#password ?? (await this.#prompt(wasAsked));
        if (password === undefined) throw new ConfirmationAborted();
        wasAsked = true;
        this.#password = password;
        const session: unknown = error.data['session'];
        auth = {
          type: 'm.login.password',
          identifier: { type: 'm.id.user', user: this.#userId },
          password,
          ...(typeof session === 'string' && { session }),
        } as AuthDict; // The union of stages demands a session, which the server may leave out.
      }
    }
  }
}
