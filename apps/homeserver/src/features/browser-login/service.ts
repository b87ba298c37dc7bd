import type { ServerName, UserId } from '@stafette/protocol';
import type { Accounts, PasswordLogin, Registration } from '../identity/index.ts';
import type { Visitors } from './visitors.ts';

interface Dependencies {
  readonly visitors: Visitors;
  readonly serverName: ServerName;
  readonly accounts: Accounts;
  readonly passwordLogin: PasswordLogin;
  readonly registration: Registration;
  /** Anybody may register. */
  readonly isOpen: boolean;
  readonly setDisplayName: (userId: UserId, displayName: string) => Promise<void>;
}

/** Logging in and signing up on the pages. What they answer with are headers that log the browser in. */
export class BrowserLogin {
  readonly #d: Dependencies;
  readonly visitors: Visitors;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    this.visitors = dependencies.visitors;
  }

  /** What the log-in page says about this server. */
  get pageOptions(): { readonly serverName: ServerName; readonly needsInvitation: boolean } {
    return { serverName: this.#d.serverName, needsInvitation: !this.#d.isOpen };
  }

  /** Throws M_FORBIDDEN, M_USER_LOCKED or M_LIMIT_EXCEEDED. */
  async logIn(name: string, password: string): Promise<Readonly<Record<string, string>>> {
    return this.visitors.logIn(await this.#d.passwordLogin.logIn({ name: name }, password));
  }

  /** Throws what registration throws, M_UNAUTHORIZED for a code that does not hold. */
  async signUp(request: {
    readonly name: string;
    readonly password: string;
    readonly invitation?: string;
  }): Promise<Readonly<Record<string, string>>> {
    const { registration, accounts, isOpen, setDisplayName } = this.#d;
    const { userId, displayName } = await registration.register({
      auth: isOpen
        ? { type: 'm.login.dummy' }
        : { type: 'm.login.registration_token', token: request.invitation ?? '' },
      username: request.name,
      password: request.password,
    });
    if (displayName !== undefined) await setDisplayName(userId, displayName);
    return this.visitors.logIn(await accounts.get(userId));
  }
}
