import { forbidden, MatrixError, missingParam } from '@stafette/contracts';
import type { JsonObject, UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Accounts } from './accounts.ts';
import type { FindGuest } from './find-guest.ts';
import { EMAIL_STAGE, EMAIL_UNPROVEN, type FindProvenAddress, type ProvenAddress } from './proven-address.ts';
import type { KeptDevice, Sessions } from './sessions.ts';
import type { StageCheck, StageFailure, UserInteractiveAuth } from './user-interactive-auth.ts';

export interface RegistrationRequest {
  readonly auth: JsonObject | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** A guest whose account is to be the new one, by the token. */
  readonly guest?: { readonly token: string; readonly kept: KeptDevice | undefined } | undefined;
}

/** A code that lets somebody in, and what it says about the account. */
export interface Admission {
  readonly isAdmin: boolean;
  /** Fixed; the person chooses when absent. */
  readonly loginName: string | undefined;
  readonly displayName: string | undefined;
  /** Uses the code up in the transaction that creates the account; throws when somebody was faster. */
  redeem(tx: WriteTx, userId: UserId): Promise<void>;
}

export interface RegisteredAccount {
  readonly userId: UserId;
  /** What others are to see: the name of the invitation, or the one that was typed. */
  readonly displayName: string | undefined;
}

interface Dependencies {
  readonly database: Database;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly auth: UserInteractiveAuth;
  /** Anybody may register; for the conformance mode. */
  readonly isOpen: boolean;
  readonly findGuest: FindGuest;
  readonly findAdmission: (code: string) => Promise<Admission | undefined>;
  /** How people prove a mail address; absent: accounts begin without one. */
  readonly email: { readonly isRequired: boolean; readonly findProven: FindProvenAddress } | undefined;
}

export const CODE_STAGE = 'm.login.registration_token';
export const OPEN_STAGE = 'm.login.dummy';
const CODE_INVALID: StageFailure = { errcode: 'M_UNAUTHORIZED', message: 'This invitation code does not hold' };

/** New accounts: with an administrator's invitation code, or freely in the conformance mode. */
export class Registration {
  readonly #d: Dependencies;
  readonly #stages: ReadonlyMap<string, StageCheck> = new Map<string, StageCheck>([
    [OPEN_STAGE, async () => undefined],
    [CODE_STAGE, async (stage) => ((await this.#findAdmission(stage)) === undefined ? CODE_INVALID : undefined)],
    [EMAIL_STAGE, async (stage) => ((await this.#findProven(stage)) === undefined ? EMAIL_UNPROVEN : undefined)],
  ]);

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /**
   * 1. Where everybody may register, a name is looked at first, as clients like to know early.
   * 2. Otherwise the code comes first: names are nobody's business who was not invited.
   * 3. A guest who becomes a person has a name, and needs what everybody needs.
   */
  async register(request: RegistrationRequest): Promise<RegisteredAccount> {
    const { accounts, auth, isOpen } = this.#d;
    const guestId = await this.#findGuest(request);
    if (isOpen && guestId === undefined && request.username !== undefined)
      await accounts.assertAvailable(request.username);
    const completed = await auth.require({
      auth: request.auth,
      purpose: { action: 'register' },
      flows: this.#flows(),
      stages: this.#stages,
    });
    // Looked at once more: stages come one request after the other, and what held then may not hold now.
    const code = completed.get(CODE_STAGE);
    const admission = code && (await this.#findAdmission(code));
    const email = completed.get(EMAIL_STAGE);
    const proven = email && (await this.#findProven(email));
    if ((code !== undefined && admission === undefined) || (email !== undefined && proven === undefined))
      throw forbidden('What you proved before does not hold any more; please begin again');
    return this.#create(request, admission, proven, guestId);
  }

  /** Whether an account cannot be made without a mail address. */
  get needsEmail(): boolean {
    return this.#d.email?.isRequired === true;
  }

  /**
   * As {@link register}, for a page, where everything is shown at once: the code comes first here, too. Throws M_UNAUTHORIZED
   * for one that does not hold, and M_THREEPID_AUTH_FAILED for a mail address that is missing or was not confirmed.
   */
  async registerOnPage(
    request: Omit<RegistrationRequest, 'auth'>,
    shown: { readonly code: string | undefined; readonly email: JsonObject | undefined },
  ): Promise<RegisteredAccount> {
    const admission = shown.code === undefined ? undefined : await this.#d.findAdmission(shown.code);
    if (admission === undefined && !this.#d.isOpen)
      throw new MatrixError(401, CODE_INVALID.errcode, CODE_INVALID.message);
    const proven = shown.email && (await this.#findProven(shown.email));
    if (proven === undefined && this.needsEmail)
      throw new MatrixError(401, EMAIL_UNPROVEN.errcode, EMAIL_UNPROVEN.message);
    return this.#create(request, admission, proven);
  }

  async registerGuest(): Promise<RegisteredAccount> {
    this.#assertHasGuests();
    const userId = await this.#d.database.write((tx) =>
      this.#d.accounts.create(tx, { kind: 'guest', isAdmin: false }, undefined),
    );
    return { userId, displayName: undefined };
  }

  /**
   * Throws when no account could have this name. Where registration is not open, a taken name looks like a free one:
   * clients ask before they show an invitation, and stop at a refusal.
   */
  async assertAvailable(name: string): Promise<void> {
    if (this.#d.isOpen) await this.#d.accounts.assertAvailable(name);
    else this.#d.accounts.assertPossible(name);
  }

  async isCodeValid(code: string): Promise<boolean> {
    return (await this.#d.findAdmission(code)) !== undefined;
  }

  #assertHasGuests(): void {
    if (!this.#d.isOpen)
      throw new MatrixError(403, 'M_GUEST_ACCESS_FORBIDDEN', 'There are no guest accounts on this server');
  }

  async #findGuest({ guest, username }: RegistrationRequest): Promise<UserId | undefined> {
    if (guest === undefined) return undefined;
    this.#assertHasGuests();
    return this.#d.findGuest(guest.token, username);
  }

  async #findAdmission({ token }: JsonObject): Promise<Admission | undefined> {
    return typeof token === 'string' ? this.#d.findAdmission(token) : undefined;
  }

  async #findProven(stage: JsonObject): Promise<ProvenAddress | undefined> {
    return this.#d.email?.findProven('register', stage);
  }

  /** Each way in, with a mail address before it where there is mail. */
  #flows(): readonly (readonly string[])[] {
    const { email, isOpen } = this.#d;
    const plain = isOpen ? [[OPEN_STAGE], [CODE_STAGE]] : [[CODE_STAGE]];
    if (email === undefined) return plain;
    // An address that was proven is more than nothing.
    const withEmail = plain.map((stages) => [EMAIL_STAGE, ...stages.filter((stage) => stage !== OPEN_STAGE)]);
    return email.isRequired ? withEmail : [...plain, ...withEmail];
  }

  async #create(
    request: Omit<RegistrationRequest, 'auth'>,
    admission: Admission | undefined,
    proven: ProvenAddress | undefined,
    guestId?: UserId,
  ): Promise<RegisteredAccount> {
    const { accounts, database, sessions, isOpen } = this.#d;
    const loginName = admission?.loginName ?? request.username;
    if (loginName === undefined && !isOpen) throw missingParam('A login name is needed');
    if (request.password === undefined) throw missingParam('A password is needed');
    const passwordHash = await accounts.preparePassword(request.password);
    const account = { loginName, isAdmin: admission?.isAdmin ?? false };
    const { userId, removed } = await database.write(async (tx) => {
      const owner = guestId ?? (await accounts.create(tx, { ...account, kind: 'user' }, passwordHash));
      if (guestId !== undefined) await accounts.promoteGuest(tx, guestId, account, passwordHash);
      await admission?.redeem(tx, owner);
      await proven?.redeem(tx, owner);
      // What a guest's token was good for, it is not to be good for in an account that has a password.
      const worthless = guestId && (await sessions.closeAllWithin(tx, guestId, request.guest?.kept));
      return { userId: owner, removed: worthless };
    });
    if (removed !== undefined) await sessions.completeClosing(userId, removed);
    // A guest goes by the name that others know already.
    const displayName = admission?.displayName ?? (guestId === undefined ? request.username : undefined);
    return { userId, displayName };
  }
}
