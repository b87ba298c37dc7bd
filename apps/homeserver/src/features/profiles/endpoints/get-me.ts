import type { admin } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Account } from '../../identity/index.ts';
import type { Profiles } from '../service.ts';

export interface MeDependencies {
  readonly profiles: Profiles;
  readonly findAccount: (userId: UserId) => Promise<Account | undefined>;
  readonly findAgencyName: () => Promise<string | undefined>;
}

export const getMe =
  ({ profiles, findAccount, findAgencyName }: MeDependencies): Handler<typeof admin.getMe> =>
  async ({ requester }) => {
    const { userId, kind, isAdmin } = requester;
    const [account, { displayName }, agencyName] = await Promise.all([
      findAccount(userId),
      profiles.get(userId),
      findAgencyName(),
    ]);
    return {
      user_id: userId,
      role: isAdmin ? 'admin' : kind === 'guest' ? 'guest' : 'user',
      ...(account?.loginName === undefined ? {} : { login_name: account.loginName }),
      ...(displayName === undefined ? {} : { display_name: displayName }),
      ...(agencyName === undefined ? {} : { agency_name: agencyName }),
    };
  };
