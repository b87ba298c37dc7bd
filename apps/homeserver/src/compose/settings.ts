import type { UserId } from '@stafette/protocol';
import { AccountData } from '../features/account-data/index.ts';
import { IgnoredUsers } from '../features/ignored-users/index.ts';
import { InvitePermissions, type InvitePermission } from '../features/invite-permission/index.ts';
import type { Basis } from './basis.ts';

/** What people set for themselves, as far as rooms have to ask about it. */
export async function composeSettings({ database, notifier }: Basis) {
  const accountData = await AccountData.open({ database, notifier });
  const ignoredUsers = new IgnoredUsers(accountData);
  const ignoredBy = (userId: UserId): Promise<ReadonlySet<string>> => ignoredUsers.of(userId);
  const loadIgnored = (userIds: readonly UserId[]): Promise<void> => ignoredUsers.load(userIds);
  const permissions = new InvitePermissions({ accountData, ignoredBy });
  const invitePermission = async (userId: UserId, inviter: UserId): Promise<InvitePermission> =>
    permissions.of(userId, inviter);
  const assertInvitable = async (userId: UserId, inviter: UserId): Promise<void> =>
    permissions.assertInvitable(userId, inviter);
  return { accountData, ignoredBy, loadIgnored, invitePermission, assertInvitable };
}

export type Settings = Awaited<ReturnType<typeof composeSettings>>;
