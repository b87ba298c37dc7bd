import { MatrixError } from '@stafette/contracts';
import { isStrictLocalpart, parseUserId, type ServerName, type UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import * as store from './account-store.ts';
import { foldLoginName } from './login-name.ts';
import type { Passwords } from './passwords.ts';
import type { Sessions } from './sessions.ts';
import { hashToken, makeToken } from './tokens.ts';

export type { Account } from './account-store.ts';

export interface NewAccount {
  /** The name that the person types to log in. In the conformance mode it is the localpart too. */
  readonly loginName?: string | undefined;
  readonly password?: string | undefined;
  readonly kind: 'user' | 'guest';
  readonly isAdmin: boolean;
}

export type DeactivatedListener = (userId: UserId) => void | Promise<void>;

const LOGIN_TOKEN_LIFETIME_MS = 2 * 60 * 1000;
const LOCALPART_LENGTH = 14;
/** Crockford's letters: none looks like another. */
const LOCALPART_LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly serverName: ServerName;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  /** User ids are random unless this is set: a name in the id would be public for ever and survive a marriage. */
  readonly namesAreLocalparts: boolean;
}

const userInUse = (): MatrixError => new MatrixError(400, 'M_USER_IN_USE', 'This name is taken');
const invalidUsername = (): MatrixError => new MatrixError(400, 'M_INVALID_USERNAME', 'This name holds characters that names cannot have');

/** The accounts of this server: who may log in, and as what. */
export class Accounts {
  readonly #dependencies: Dependencies;
  readonly #deactivatedListeners: DeactivatedListener[] = [];

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  onDeactivated(listener: DeactivatedListener): void {
    this.#deactivatedListeners.push(listener);
  }

  async find(userId: UserId): Promise<store.Account | undefined> {
    return store.find(this.#dependencies.database.reader, userId);
  }

  /** Throws M_USER_IN_USE or M_INVALID_USERNAME when no account could have this name. */
  async assertAvailable(name: string): Promise<void> {
    const loginName = this.#readLoginName(name);
    const { reader } = this.#dependencies.database;
    const isTaken =
      (await store.findByLoginName(reader, loginName)) !== undefined ||
      (this.#dependencies.namesAreLocalparts && (await store.find(reader, this.#userIdOf(loginName))) !== undefined);
    if (isTaken) throw userInUse();
  }

  /** Hashing takes its time: call {@link preparePassword} before a transaction begins. */
  async create(tx: WriteTx, account: NewAccount, passwordHash: string | undefined): Promise<UserId> {
    const loginName = account.loginName === undefined ? undefined : this.#readLoginName(account.loginName);
    const localpart = this.#dependencies.namesAreLocalparts && loginName !== undefined ? loginName : this.#randomLocalpart();
    const userId = this.#userIdOf(localpart);
    const isInserted = await store.insert(
      tx,
      { userId, loginName, passwordHash, kind: account.kind, isAdmin: account.isAdmin, isSuspended: false, isLocked: false, isDeactivated: false },
      this.#dependencies.clock.nowMs(),
    );
    if (!isInserted) throw userInUse();
    return userId;
  }

  async preparePassword(password: string | undefined): Promise<string | undefined> {
    return password === undefined ? undefined : this.#dependencies.passwords.hash(password);
  }

  /** The account behind a name (login name, localpart or user id) and a password. One answer for everything that is wrong. */
  async logIn(name: string, password: string): Promise<store.Account> {
    const account = await this.#findByName(name);
    const isRight = await this.#dependencies.passwords.verify(account?.passwordHash, password);
    if (!isRight || account === undefined || account.isDeactivated) throw new MatrixError(403, 'M_FORBIDDEN', 'The name or the password is wrong');
    if (account.isLocked) throw new MatrixError(401, 'M_USER_LOCKED', 'This account is locked', { soft_logout: true });
    return account;
  }

  async isPassword(userId: UserId, password: string): Promise<boolean> {
    return this.#dependencies.passwords.verify((await this.find(userId))?.passwordHash, password);
  }

  async changePassword(userId: UserId, password: string): Promise<void> {
    const passwordHash = await this.#dependencies.passwords.hash(password);
    await this.#dependencies.database.write((tx) => store.updatePasswordHash(tx, userId, passwordHash));
  }

  /** A token that opens one session within two minutes. */
  async issueLoginToken(userId: UserId): Promise<{ readonly token: string; readonly expiresInMs: number }> {
    const token = makeToken(this.#dependencies.random, 'login');
    const expiresAtMs = this.#dependencies.clock.nowMs() + LOGIN_TOKEN_LIFETIME_MS;
    await this.#dependencies.database.write((tx) => store.insertLoginToken(tx, hashToken(token), userId, expiresAtMs));
    return { token, expiresInMs: LOGIN_TOKEN_LIFETIME_MS };
  }

  async redeemLoginToken(token: string): Promise<UserId> {
    const userId = await this.#dependencies.database.write((tx) => store.takeLoginToken(tx, hashToken(token), this.#dependencies.clock.nowMs()));
    const account = userId === undefined ? undefined : await this.find(userId);
    if (account === undefined || account.isDeactivated || account.isLocked) {
      throw new MatrixError(403, 'M_FORBIDDEN', 'This login token does not hold any more');
    }
    return account.userId;
  }

  /** Ends the account: no log-in, no session, and the features that hold something of it are told. */
  async deactivate(userId: UserId): Promise<void> {
    await this.#dependencies.database.write((tx) => store.deactivate(tx, userId, this.#dependencies.clock.nowMs()));
    await this.#dependencies.sessions.closeAll(userId);
    for (const listener of this.#deactivatedListeners) await listener(userId);
  }

  async #findByName(name: string): Promise<store.Account | undefined> {
    const { reader } = this.#dependencies.database;
    const loginName = foldLoginName(name);
    const byLoginName = loginName === undefined ? undefined : await store.findByLoginName(reader, loginName);
    if (byLoginName !== undefined) return byLoginName;
    const userId = parseUserId(name.startsWith('@') ? name : `@${name}:${this.#dependencies.serverName}`);
    return userId === undefined ? undefined : store.find(reader, userId);
  }

  #readLoginName(name: string): string {
    const loginName = this.#dependencies.namesAreLocalparts ? name : foldLoginName(name);
    if (loginName === undefined || (this.#dependencies.namesAreLocalparts && !isStrictLocalpart(loginName))) throw invalidUsername();
    return loginName;
  }

  #userIdOf(localpart: string): UserId {
    const userId = parseUserId(`@${localpart}:${this.#dependencies.serverName}`);
    if (userId === undefined) throw invalidUsername();
    return userId;
  }

  #randomLocalpart(): string {
    return Array.from(this.#dependencies.random.bytes(LOCALPART_LENGTH), (byte) => LOCALPART_LETTERS.charAt(byte % LOCALPART_LETTERS.length)).join('');
  }
}
