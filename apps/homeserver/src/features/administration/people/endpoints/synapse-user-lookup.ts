import { type admin, notFound } from '@stafette/contracts';
import { type CanonicalEmail, parseEmail, type UserId } from '@stafette/protocol';
import type { Handler } from '../../../../http/handler.ts';
import type { Accounts } from '../../../identity/index.ts';

export interface UserLookupDependencies {
  readonly accounts: Accounts;
  readonly findOwner: (email: CanonicalEmail) => Promise<UserId | undefined>;
}

const nobody = () => notFound('There is no such user');

export const checkSynapseUsername =
  ({ accounts }: UserLookupDependencies): Handler<typeof admin.checkSynapseUsername> =>
  async ({ query }) => {
    await accounts.assertAvailable(query.username);
    return { available: true };
  };

export const findSynapseUserByAddress =
  ({ findOwner }: UserLookupDependencies): Handler<typeof admin.findSynapseUserByAddress> =>
  async ({ params }) => {
    const email = params.medium === 'email' ? parseEmail(params.address) : undefined;
    const userId = email && (await findOwner(email));
    if (userId === undefined) throw nobody();
    return { user_id: userId };
  };

export const findSynapseUserByProvider = (): Handler<typeof admin.findSynapseUserByProvider> => async () => {
  throw nobody();
};
