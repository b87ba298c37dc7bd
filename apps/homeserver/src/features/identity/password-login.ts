import { forbidden, MatrixError } from '@stafette/contracts';
import { parseEmail, type CanonicalEmail, type UserId } from '@stafette/protocol';
import type { Account, Accounts } from './accounts.ts';
import type { LoginAttempts } from './login-attempts.ts';
import type { Passwords } from './passwords.ts';

interface Dependencies {
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly attempts: LoginAttempts;
  readonly findOwner: (email: CanonicalEmail) => Promise<UserId | undefined>;
}

/** What somebody typed to say who they are. */
export type LoginIdentifier = { readonly name: string } | { readonly address: string };

/** Who somebody is, by what they know. */
export class PasswordLogin {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /**
   * The account behind a name, or a mail address, and a password. One answer, after the same work, for everything that is wrong: whether there
   * is such an account is told to nobody who cannot open it.
   */
  async logIn(identifier: LoginIdentifier, password: string): Promise<Account> {
    const [account, guessed] =
      'name' in identifier
        ? [await this.#d.accounts.findByName(identifier.name), `name ${bareName(identifier.name)}`]
        : [await this.#findByAddress(identifier.address), `address ${identifier.address.toLowerCase()}`];
    const isRight = await this.#isRight(account, guessed, password);
    if (!isRight || account === undefined || account.isDeactivated)
      throw forbidden('The name or the password is wrong');
    if (account.isLocked) throw new MatrixError(401, 'M_USER_LOCKED', 'This account is locked', { soft_logout: true });
    return account;
  }

  async isPassword(userId: UserId, password: string): Promise<boolean> {
    return this.#isRight(await this.#d.accounts.find(userId), `account ${userId}`, password);
  }

  async #findByAddress(text: string): Promise<Account | undefined> {
    const email = parseEmail(text);
    const owner = email && (await this.#d.findOwner(email));
    return owner && this.#d.accounts.find(owner);
  }

  async #isRight(account: Account | undefined, guessed: string, password: string): Promise<boolean> {
    this.#d.attempts.begin(guessed);
    const isRight = await this.#d.passwords.verify(account?.passwordHash, password);
    if (isRight) this.#d.attempts.succeeded(guessed);
    return isRight;
  }
}

/** The same for all spellings of a name, be it a user id or not. */
const bareName = (name: string): string =>
  (name.startsWith('@') ? (name.slice(1).split(':', 1)[0] ?? '') : name).normalize('NFKC').toLowerCase();
