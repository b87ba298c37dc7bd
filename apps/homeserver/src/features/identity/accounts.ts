import { forbidden, MatrixError, notFound } from '@stafette/contracts';
import {
  isStrictLocalpart,
  localpartOf,
  parseUserId,
  serverNameOf,
  type ServerName,
  type UserId,
} from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ActingService } from '../../http/requester.ts';
import type { Random } from '../../platform/random.ts';
import type { AccountChange } from './account-store.ts';
import * as store from './account-store.ts';
import { assertNotLastAdministrator } from './last-administrator.ts';
import { foldLoginName } from './login-name.ts';
import type { Passwords } from './passwords.ts';
import type { ErasedAccounts } from './erased-accounts.ts';
import type { KeptDevice, Sessions } from './sessions.ts';

export type { Account, AccountChange, UserType } from './account-store.ts';

export interface NewAccount {
  /** The name that the person types to log in. In the conformance mode it is the localpart too. */
  readonly loginName?: string | undefined;
  /** Chosen by an administrator, who has it in the user id for ever. Random, or the login name, when absent. */
  readonly localpart?: string | undefined;
  readonly kind: 'user' | 'guest';
  readonly isAdmin: boolean;
}

/** May hear of the same account again after a crash. */
export type DeactivatedListener = (userId: UserId) => void | Promise<void>;

/** What belongs to the transaction of a change: where it throws, nothing changes. */
export type Together = (tx: WriteTx) => Promise<void>;

/** What happens in the transaction of a change besides. */
export interface Accompanied {
  readonly together?: Together | undefined;
  /** Every device of the account, but for one. */
  readonly signsOut?: { readonly except?: KeptDevice | undefined } | undefined;
}

/** Writes in the transaction that ends the account. */
export type DeactivatingListener = (tx: WriteTx, userId: UserId) => Promise<void>;

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
  readonly erased: ErasedAccounts;
  /** User ids are random unless this is set: a name in the id would be public for ever and survive a marriage. */
  readonly namesAreLocalparts: boolean;
  /** Throws M_EXCLUSIVE when an id is not for who wants it: `service`, or anybody who is no service. */
  readonly assertAllowed: (userId: UserId, service?: ActingService) => void;
}

const userInUse = (): MatrixError => new MatrixError(400, 'M_USER_IN_USE', 'This name is taken');
const invalidUsername = (): MatrixError =>
  new MatrixError(400, 'M_INVALID_USERNAME', 'This name holds characters that names cannot have');

/** The accounts of this server: who may log in, and in which state they are. */
export class Accounts {
  readonly #d: Dependencies;
  readonly #deactivatedListeners: DeactivatedListener[] = [];
  readonly #deactivatingListeners: DeactivatingListener[] = [];

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** Called when an account has ended: whatever belongs to it has to go. */
  onDeactivated(listener: DeactivatedListener): void {
    this.#deactivatedListeners.push(listener);
  }

  /** Called while an account ends, for what must end at the same moment. */
  onDeactivating(listener: DeactivatingListener): void {
    this.#deactivatingListeners.push(listener);
  }

  async find(userId: UserId): Promise<store.Account | undefined> {
    return store.find(this.#d.database.reader, userId);
  }

  /** As {@link find}; throws M_NOT_FOUND. */
  async get(userId: UserId): Promise<store.Account> {
    const account = await this.find(userId);
    if (account === undefined) throw notFound('There is no such account on this server');
    return account;
  }

  /** Those of the users who are guests. */
  async listGuests(userIds: readonly UserId[]): Promise<readonly UserId[]> {
    return store.listGuests(this.#d.database.reader, userIds);
  }

  /** For what somebody asked for earlier and the server does now: throws unless the account may still write. */
  async assertMayWrite(userId: UserId): Promise<void> {
    const account = await this.find(userId);
    if (account === undefined || account.isDeactivated || account.isLocked)
      throw forbidden('This account may not do anything');
    if (account.isSuspended) throw new MatrixError(403, 'M_USER_SUSPENDED', 'This account may not write');
  }

  /**
   * The account that somebody means by a login name, a localpart or a user id. Asks the same of the database whether there
   * is one or not: how long it takes tells nothing.
   */
  async findByName(name: string): Promise<store.Account | undefined> {
    const { reader } = this.#d.database;
    const loginName = foldLoginName(name);
    const userId = this.#readLocalUser(name);
    const [byLoginName, byUserId] = await Promise.all([
      loginName === undefined ? undefined : store.findByLoginName(reader, loginName),
      userId === undefined ? undefined : store.find(reader, userId),
    ]);
    return byLoginName ?? byUserId;
  }

  /** Throws M_INVALID_USERNAME for what could never be a login name. */
  assertPossible(name: string): void {
    this.#readLoginName(name);
  }

  /** Throws M_USER_IN_USE or M_INVALID_USERNAME when no account could have this name. */
  async assertAvailable(name: string): Promise<void> {
    const loginName = this.#readLoginName(name);
    const { reader } = this.#d.database;
    if (this.#d.namesAreLocalparts) this.#d.assertAllowed(this.#userIdOf(loginName));
    const isTaken =
      (await store.findByLoginName(reader, loginName)) !== undefined ||
      (this.#d.namesAreLocalparts && (await store.find(reader, this.#userIdOf(loginName))) !== undefined);
    if (isTaken) throw userInUse();
  }

  /** Hashing takes its time: call {@link preparePassword} before a transaction begins. */
  async create(tx: WriteTx, account: NewAccount, passwordHash: string | undefined): Promise<UserId> {
    const { kind, isAdmin } = account;
    const loginName = account.loginName === undefined ? undefined : this.#readLoginName(account.loginName);
    if (account.localpart !== undefined && !isStrictLocalpart(account.localpart)) throw invalidUsername();
    const named = account.localpart ?? (this.#d.namesAreLocalparts ? loginName : undefined);
    const userId = this.#userIdOf(named ?? this.#randomLocalpart());
    this.#d.assertAllowed(userId);
    const isInserted = await store.insert(
      tx,
      { userId, loginName, passwordHash, kind, isAdmin },
      this.#d.clock.nowMs(),
    );
    if (!isInserted) throw userInUse();
    return userId;
  }

  /**
   * A guest's account becomes a person's, with everything in it. Throws M_USER_IN_USE when the login name is taken, or somebody
   * was faster.
   */
  async promoteGuest(
    tx: WriteTx,
    userId: UserId,
    account: Pick<NewAccount, 'loginName' | 'isAdmin'>,
    passwordHash: string | undefined,
  ): Promise<void> {
    const loginName = this.#readLoginName(account.loginName ?? localpartOf(userId));
    const { isAdmin } = account;
    if (!(await store.promoteGuest(tx, { userId, loginName, passwordHash, isAdmin }))) throw userInUse();
  }

  /**
   * An account that a service acts with; it has no password. The localpart is the service's choice. Throws M_EXCLUSIVE,
   * M_INVALID_USERNAME, M_USER_IN_USE.
   */
  async createForService(service: ActingService, localpart: string): Promise<UserId> {
    if (!isStrictLocalpart(localpart)) throw invalidUsername();
    const userId = this.#userIdOf(localpart);
    this.#d.assertAllowed(userId, service);
    if (!(await this.#insertWithoutPassword(userId, 'appservice'))) throw userInUse();
    return userId;
  }

  /** The account of a service itself, made when it is not there. */
  async ensureSender({ senderId }: ActingService): Promise<void> {
    if ((await this.find(senderId)) === undefined) await this.#insertWithoutPassword(senderId, 'appservice');
  }

  /** The account that the server speaks with, made when it is not there. Nobody logs in to it. */
  async ensureServerAccount(userId: UserId): Promise<void> {
    const account = await this.find(userId);
    if (account === undefined) await this.#insertWithoutPassword(userId, 'server');
    else if (account.kind !== 'server')
      throw new Error(`${userId} is somebody's account: the server needs a name of its own`);
  }

  /** Throws M_WEAK_PASSWORD. */
  async preparePassword(password: string | undefined): Promise<string | undefined> {
    return password === undefined ? undefined : this.#d.passwords.hash(password);
  }

  /** As {@link change}. Throws M_WEAK_PASSWORD. */
  async changePassword(userId: UserId, password: string, accompanied?: Accompanied): Promise<void> {
    await this.change(userId, { passwordHash: await this.#d.passwords.hash(password) }, accompanied);
  }

  /** A suspended account reads, but does not write. `together` happens in the same transaction. */
  async setSuspended(userId: UserId, isSuspended: boolean, together?: Together): Promise<void> {
    await this.change(userId, { isSuspended }, { together });
  }

  /** A locked account keeps its sessions and can do nothing with them. `together` happens in the same transaction. */
  async setLocked(userId: UserId, isLocked: boolean, together?: Together): Promise<void> {
    await this.change(userId, { isLocked }, { together });
  }

  /**
   * Changes all of it or nothing, with what accompanies it. Throws M_NOT_FOUND, and M_FORBIDDEN where the server would be left
   * without an administrator.
   */
  async change(userId: UserId, change: AccountChange, { together, signsOut }: Accompanied = {}): Promise<void> {
    const { database, sessions } = this.#d;
    await this.get(userId);
    const removed = await database.write(async (tx) => {
      await together?.(tx);
      await this.changeWithin(tx, userId, change);
      return signsOut === undefined ? [] : sessions.closeAllWithin(tx, userId, signsOut.except);
    });
    if (signsOut !== undefined) await sessions.completeClosing(userId, removed);
    const { passwordHash: _passwordHash, userType: _userType, ...access } = change;
    if (Object.values(access).some((value) => value !== undefined)) sessions.end(userId, undefined);
  }

  /** As {@link change}, for an account on which nobody is logged in yet. */
  async changeWithin(tx: WriteTx, userId: UserId, change: AccountChange): Promise<void> {
    if (change.isAdmin === false || change.isLocked === true || change.isSuspended === true)
      await assertNotLastAdministrator(tx, userId);
    if (change.isReopened === true && !(await store.isCleared(tx, userId)))
      throw forbidden('This account is still being cleared away; please try again later');
    await store.update(tx, userId, change, this.#d.clock.nowMs());
    if (change.isReopened === true) tx.afterCommit(() => this.#d.erased.delete(userId));
  }

  /**
   * Ends the account.
   *
   * 1. Nobody logs in any more, and no token is good.
   * 2. Its devices and whatever else belongs to it go; after a crash, at the next start.
   *
   * `together` happens in the transaction of the first step. Throws M_FORBIDDEN where the server would be left without an
   * administrator.
   */
  async deactivate(userId: UserId, together: Together = async () => {}, isErased = false): Promise<void> {
    await this.#d.database.write(async (tx) => {
      await assertNotLastAdministrator(tx, userId);
      await together(tx);
      await store.deactivate(tx, userId, isErased, this.#d.clock.nowMs());
      if (isErased) tx.afterCommit(() => this.#d.erased.add(userId));
      for (const listener of this.#deactivatingListeners) await listener(tx, userId);
    });
    this.#d.sessions.end(userId, undefined);
    await this.#clear(userId);
  }

  /** Completes what a crash interrupted. To be called at the start, when everybody listens. */
  async completeDeactivations(): Promise<void> {
    for (const userId of await store.listNotCleared(this.#d.database.reader)) await this.#clear(userId);
  }

  async #clear(userId: UserId): Promise<void> {
    await this.#d.sessions.closeAll(userId);
    for (const listener of this.#deactivatedListeners) await listener(userId);
    await this.#d.database.write((tx) => store.updateClearedAt(tx, userId, this.#d.clock.nowMs()));
  }

  async #insertWithoutPassword(userId: UserId, kind: 'appservice' | 'server'): Promise<boolean> {
    const account = { userId, loginName: undefined, passwordHash: undefined, kind, isAdmin: false };
    return this.#d.database.write((tx) => store.insert(tx, account, this.#d.clock.nowMs()));
  }

  #readLocalUser(name: string): UserId | undefined {
    const userId = parseUserId(name.startsWith('@') ? name : `@${name}:${this.#d.serverName}`);
    if (userId === undefined || serverNameOf(userId) !== this.#d.serverName) return undefined;
    // Localparts of this server have no capitals.
    return parseUserId(`@${localpartOf(userId).toLowerCase()}:${this.#d.serverName}`);
  }

  #readLoginName(name: string): string {
    const loginName = this.#d.namesAreLocalparts ? name.toLowerCase() : foldLoginName(name);
    if (loginName === undefined || (this.#d.namesAreLocalparts && !isStrictLocalpart(loginName)))
      throw invalidUsername();
    return loginName;
  }

  #userIdOf(localpart: string): UserId {
    const userId = parseUserId(`@${localpart}:${this.#d.serverName}`);
    if (userId === undefined) throw invalidUsername();
    return userId;
  }

  #randomLocalpart(): string {
    // 32 letters divide 256 evenly.
    return Array.from(this.#d.random.bytes(LOCALPART_LENGTH), (byte) => LOCALPART_LETTERS.charAt(byte & 31)).join('');
  }
}
