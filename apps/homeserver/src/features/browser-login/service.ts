import { invalidParam } from '@stafette/contracts';
import { type CanonicalEmail, parseEmail, type ServerName, type UserId } from '@stafette/protocol';
import type { Accounts, PasswordLogin, Registration } from '../identity/index.ts';
import type { Language } from './messages/index.ts';
import type { Visitor, Visitors } from './visitors.ts';

/** What an address is proved for: a new account that is to have it, or the account that has it. */
export type ProofPurpose = 'register' | 'reset-password';

interface Dependencies {
  readonly visitors: Visitors;
  readonly serverName: ServerName;
  readonly accounts: Accounts;
  readonly passwordLogin: PasswordLogin;
  readonly registration: Registration;
  /** Anybody may register. */
  readonly isOpen: boolean;
  /** Mails a link by which somebody proves an address; resolves to the id of the proof. */
  readonly requestProof: (request: {
    readonly purpose: ProofPurpose;
    readonly email: CanonicalEmail;
    readonly clientSecret: string;
    readonly language: Language;
  }) => Promise<string>;
  readonly setDisplayName: (userId: UserId, displayName: string) => Promise<void>;
}

export interface ServerOptions {
  readonly serverName: ServerName;
  /** An invitation code is needed for a new account. */
  readonly needsInvitation: boolean;
  /** And a mail address. */
  readonly needsMail: boolean;
}

/** Logging in and signing up on the pages. What they answer with are headers that log the browser in. */
export class BrowserLogin {
  readonly #d: Dependencies;
  readonly visitors: Visitors;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    this.visitors = dependencies.visitors;
  }

  /** What the pages say about this server. */
  get pageOptions(): ServerOptions {
    const { serverName, isOpen, registration } = this.#d;
    return { serverName, needsInvitation: !isOpen, needsMail: registration.needsEmail };
  }

  /** Throws M_FORBIDDEN, M_USER_LOCKED or M_LIMIT_EXCEEDED. */
  async logIn(name: string, password: string): Promise<Readonly<Record<string, string>>> {
    return this.visitors.logIn(await this.#d.passwordLogin.logIn({ name }, password));
  }

  /**
   * Mails a link to an address; the proof is this browser's. Throws M_INVALID_PARAM, M_THREEPID_DENIED or
   * M_LIMIT_EXCEEDED.
   */
  async proveAddress({ csrf, language }: Visitor, purpose: ProofPurpose, address: string): Promise<string> {
    const email = parseEmail(address);
    if (email === undefined) throw invalidParam('This is not a mail address that can be used here');
    return this.#d.requestProof({ purpose, email, clientSecret: csrf, language });
  }

  /** Throws what registration on a page throws. */
  async signUp(
    { csrf }: Visitor,
    request: {
      readonly name: string;
      readonly password: string;
      readonly invitation?: string;
      readonly proof?: string;
    },
  ): Promise<Readonly<Record<string, string>>> {
    const { registration, accounts, isOpen, setDisplayName } = this.#d;
    const { name, password, invitation, proof } = request;
    const { userId, displayName } = await registration.registerOnPage(
      { username: name, password },
      {
        code: isOpen ? undefined : invitation,
        email: proof === undefined ? undefined : { threepid_creds: { sid: proof, client_secret: csrf } },
      },
    );
    if (displayName !== undefined) await setDisplayName(userId, displayName);
    return this.visitors.logIn(await accounts.get(userId));
  }
}
