import { forbidden } from '@stafette/contracts';
import { localpartOf, type CanonicalEmail, type UserId } from '@stafette/protocol';
import type { Database } from '../../../database/database.ts';
import type { Audit, AuditAction } from '../../audit/index.ts';
import type { Account, AccountChange, Accounts, UserType } from '../../identity/index.ts';
import type { Profiles } from '../../profiles/index.ts';
import type { ThirdPartyIds } from '../../third-party-ids/index.ts';

/** How an administrator wants an account to be. What is absent stays; empty texts take away. */
export interface PersonWish {
  readonly password?: string | undefined;
  /** A new password leaves people logged in. */
  readonly keepsSessions?: boolean | undefined;
  readonly displayName?: string | undefined;
  readonly avatarUrl?: string | undefined;
  readonly emails?: readonly CanonicalEmail[] | undefined;
  readonly isAdmin?: boolean | undefined;
  readonly isLocked?: boolean | undefined;
  readonly isDeactivated?: boolean | undefined;
  readonly userType?: UserType | null | undefined;
}

interface Dependencies {
  readonly database: Database;
  readonly accounts: Accounts;
  readonly profiles: Profiles;
  readonly thirdPartyIds: ThirdPartyIds;
  readonly audit: Audit;
}

/** One thing that is to be different, and what the audit log calls it. */
type Difference = readonly [action: AuditAction, change: AccountChange];

/** Nobody takes their own powers away, so that it is always somebody else who has to mean it. */
function assertMayChange(account: Account, wish: PersonWish, actor: UserId): void {
  if (wish.isAdmin === true && account.kind !== 'user') throw forbidden('Only a person can be an administrator');
  const staysAdmin = wish.isAdmin ?? account.isAdmin;
  if (account.userId === actor && account.isAdmin && !staysAdmin) throw forbidden('This cannot be done to oneself');
  if (wish.isLocked === true && !account.isLocked && (account.userId === actor || staysAdmin))
    throw forbidden('This cannot be done to an administrator');
}

function differences(account: Account, wish: PersonWish, passwordHash: string | undefined): readonly Difference[] {
  const { isAdmin, isLocked, userType } = wish;
  const found: Difference[] = [];
  if (account.isDeactivated && wish.isDeactivated === false) found.push(['user.reactivate', { isReopened: true }]);
  if (passwordHash !== undefined) found.push(['user.reset-password', { passwordHash }]);
  if (isAdmin !== undefined && isAdmin !== account.isAdmin)
    found.push([isAdmin ? 'user.grant-admin' : 'user.revoke-admin', { isAdmin }]);
  if (isLocked !== undefined && isLocked !== account.isLocked)
    found.push([isLocked ? 'user.lock' : 'user.unlock', { isLocked }]);
  if (userType !== undefined && (userType ?? undefined) !== account.userType)
    found.push(['user.set-type', { userType }]);
  return found;
}

/** Accounts as administrators want them: made, changed, opened again, ended, each on the record. */
export class PeopleEditor {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** True when the account is new. All of it happens or nothing, but for the profile, of which rooms are told last. */
  async put(userId: UserId, wish: PersonWish, actor: UserId): Promise<boolean> {
    const account = await this.#d.accounts.find(userId);
    if (account?.kind === 'server') throw forbidden('This is the account of the server itself');
    if (account === undefined) await this.#create(userId, wish, actor);
    else if (wish.isDeactivated === true) await this.#end(account, actor);
    else await this.#change(account, wish, actor);
    return account === undefined;
  }

  async #create(userId: UserId, wish: PersonWish, actor: UserId): Promise<void> {
    const { database, accounts, thirdPartyIds, audit } = this.#d;
    const passwordHash = await accounts.preparePassword(wish.password);
    const { isAdmin = false, isLocked, userType } = wish;
    const localpart = localpartOf(userId);
    if (isAdmin && isLocked === true) throw forbidden('This cannot be done to an administrator');
    await database.write(async (tx) => {
      await accounts.create(tx, { loginName: localpart, localpart, kind: 'user', isAdmin }, passwordHash);
      await accounts.changeWithin(tx, userId, { isLocked, userType });
      await thirdPartyIds.replace(tx, userId, wish.emails ?? []);
      await audit.note(tx, { actor, action: 'user.create', target: userId });
      if (isAdmin) await audit.note(tx, { actor, action: 'user.grant-admin', target: userId });
    });
    // Rooms and people show a name that was chosen, or the one in the user id.
    await this.#d.profiles.setDisplayName(userId, wish.displayName ?? localpart);
    if (wish.avatarUrl !== undefined) await this.#d.profiles.setField(userId, 'avatar_url', wish.avatarUrl);
    if (wish.isDeactivated === true) await this.#end({ userId, isDeactivated: false }, actor);
  }

  async #end({ userId, isDeactivated }: Pick<Account, 'userId' | 'isDeactivated'>, actor: UserId): Promise<void> {
    if (isDeactivated) return;
    await this.#d.accounts.deactivate(userId, (tx) =>
      this.#d.audit.note(tx, { actor, action: 'user.deactivate', target: userId }),
    );
  }

  async #change(account: Account, wish: PersonWish, actor: UserId): Promise<void> {
    const { userId } = account;
    const { accounts, profiles, thirdPartyIds, audit } = this.#d;
    assertMayChange(account, wish, actor);
    const [profile, addresses] = await Promise.all([profiles.get(userId), thirdPartyIds.list(userId)]);
    const emails = wish.emails && isOther(wish.emails, addresses) ? wish.emails : undefined;
    const fields = [
      ['displayname', wish.displayName, profile.displayName],
      ['avatar_url', wish.avatarUrl, profile.avatarUrl],
    ] as const;
    const newFields = fields.filter(([, wanted, present]) => wanted !== undefined && wanted !== (present ?? ''));
    const passwordHash = await accounts.preparePassword(wish.password);
    const found = differences(account, wish, passwordHash);
    const actions: AuditAction[] = found.map(([action]) => action);
    if (emails !== undefined) actions.push('user.set-addresses');
    if (newFields.length > 0) actions.push('user.set-profile');
    if (actions.length === 0) return;
    if (account.isDeactivated && wish.isDeactivated !== false)
      throw forbidden('This account has ended; open it again first');
    const change: AccountChange = Object.assign({}, ...found.map(([, part]) => part));
    await accounts.change(userId, change, {
      together: async (tx) => {
        for (const action of actions) await audit.note(tx, { actor, action, target: userId });
        if (emails !== undefined) await thirdPartyIds.replace(tx, userId, emails);
      },
      signsOut: passwordHash !== undefined && wish.keepsSessions !== true ? {} : undefined,
    });
    for (const [name, wanted] of newFields) await profiles.setField(userId, name, wanted);
  }
}

const isOther = (
  wanted: readonly CanonicalEmail[],
  present: readonly { readonly address: CanonicalEmail }[],
): boolean => wanted.length !== present.length || present.some(({ address }) => !wanted.includes(address));
