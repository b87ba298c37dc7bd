import { forbidden, MatrixError, missingParam } from '@stafette/contracts';
import type { JsonObject, UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Accounts } from './accounts.ts';
import type { StageCheck, UserInteractiveAuth } from './user-interactive-auth.ts';

export interface RegistrationRequest {
  readonly auth: JsonObject | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
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
  readonly auth: UserInteractiveAuth;
  /** Anybody may register; for the conformance mode. */
  readonly isOpen: boolean;
  readonly findAdmission: (code: string) => Promise<Admission | undefined>;
}

const CODE_STAGE = 'm.login.registration_token';
const OPEN_STAGE = 'm.login.dummy';

/** New accounts: with an administrator's invitation code, or freely in the conformance mode. */
export class Registration {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /**
   * 1. Where everybody may register, a name is looked at first, as clients like to know early.
   * 2. Otherwise the code comes first: names are nobody's business who was not invited.
   */
  async register(request: RegistrationRequest): Promise<RegisteredAccount> {
    const { accounts, auth, isOpen } = this.#d;
    if (isOpen && request.username !== undefined) await accounts.assertAvailable(request.username);
    let admission: Admission | undefined;
    const checkCode: StageCheck = async ({ token }) => {
      admission = typeof token === 'string' ? await this.#d.findAdmission(token) : undefined;
      return admission === undefined
        ? { errcode: 'M_UNAUTHORIZED', message: 'This invitation code does not hold' }
        : undefined;
    };
    const openStage: readonly [string, StageCheck] = [OPEN_STAGE, async () => undefined];
    await auth.require({
      auth: request.auth,
      purpose: 'register',
      flows: isOpen ? [[OPEN_STAGE], [CODE_STAGE]] : [[CODE_STAGE]],
      stages: new Map([[CODE_STAGE, checkCode], ...(isOpen ? [openStage] : [])]),
    });
    return this.#create(request, admission);
  }

  async registerGuest(): Promise<RegisteredAccount> {
    if (!this.#d.isOpen)
      throw new MatrixError(403, 'M_GUEST_ACCESS_FORBIDDEN', 'There are no guest accounts on this server');
    const userId = await this.#d.database.write((tx) =>
      this.#d.accounts.create(tx, { kind: 'guest', isAdmin: false }, undefined),
    );
    return { userId, displayName: undefined };
  }

  /** Throws when no account could have this name. Where registration is not open, that is not told. */
  async assertAvailable(name: string): Promise<void> {
    if (!this.#d.isOpen) throw forbidden('Accounts are made with an invitation code');
    await this.#d.accounts.assertAvailable(name);
  }

  async isCodeValid(code: string): Promise<boolean> {
    return (await this.#d.findAdmission(code)) !== undefined;
  }

  async #create(request: RegistrationRequest, admission: Admission | undefined): Promise<RegisteredAccount> {
    const { accounts, database, isOpen } = this.#d;
    const loginName = admission?.loginName ?? request.username;
    if (loginName === undefined && !isOpen) throw missingParam('A login name is needed');
    if (request.password === undefined) throw missingParam('A password is needed');
    const passwordHash = await accounts.preparePassword(request.password);
    const userId = await database.write(async (tx) => {
      const created = await accounts.create(
        tx,
        { loginName, kind: 'user', isAdmin: admission?.isAdmin ?? false },
        passwordHash,
      );
      await admission?.redeem(tx, created);
      return created;
    });
    return { userId, displayName: admission?.displayName ?? request.username };
  }
}
