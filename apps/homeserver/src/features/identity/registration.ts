import { MatrixError, forbidden } from '@stafette/contracts';
import type { JsonObject, UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
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
  readonly loginName: string | undefined;
  readonly displayName: string | undefined;
  /** Uses the code up, in the transaction that creates the account. */
  redeem(tx: Parameters<Parameters<Database['write']>[0]>[0], userId: UserId): Promise<void>;
}

export interface RegisteredAccount {
  readonly userId: UserId;
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

const badCode = (): MatrixError => forbidden('This invitation code does not hold: it was used, has run out or never was one');

/** New accounts: with an administrator's invitation code, or freely in the conformance mode. */
export class Registration {
  readonly #dependencies: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  async register(request: RegistrationRequest): Promise<RegisteredAccount> {
    const { accounts, auth, isOpen } = this.#dependencies;
    if (request.username !== undefined) await accounts.assertAvailable(request.username);
    let admission: Admission | undefined;
    const checkCode: StageCheck = async (stage) => {
      const code = stage['token'];
      admission = typeof code === 'string' ? await this.#dependencies.findAdmission(code) : undefined;
      if (admission === undefined) throw badCode();
    };
    await auth.require({
      auth: request.auth,
      purpose: 'register',
      flows: isOpen ? [['m.login.dummy'], ['m.login.registration_token']] : [['m.login.registration_token']],
      stages: { 'm.login.registration_token': checkCode, ...(isOpen ? { 'm.login.dummy': async () => {} } : {}) },
    });
    return this.#create(request, admission);
  }

  async registerGuest(): Promise<RegisteredAccount> {
    if (!this.#dependencies.isOpen) throw new MatrixError(403, 'M_GUEST_ACCESS_FORBIDDEN', 'There are no guest accounts on this server');
    const userId = await this.#dependencies.database.write((tx) => this.#dependencies.accounts.create(tx, { kind: 'guest', isAdmin: false }, undefined));
    return { userId, displayName: undefined };
  }

  async isCodeValid(code: string): Promise<boolean> {
    return (await this.#dependencies.findAdmission(code)) !== undefined;
  }

  async #create(request: RegistrationRequest, admission: Admission | undefined): Promise<RegisteredAccount> {
    const { accounts, database } = this.#dependencies;
    const loginName = admission?.loginName ?? request.username;
    const passwordHash = await accounts.preparePassword(request.password);
    const userId = await database.write(async (tx) => {
      const created = await accounts.create(tx, { loginName, kind: 'user', isAdmin: admission?.isAdmin ?? false }, passwordHash);
      await admission?.redeem(tx, created);
      return created;
    });
    return { userId, displayName: admission?.displayName };
  }
}
