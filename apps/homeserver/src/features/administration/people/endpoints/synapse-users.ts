import { notFound, type admin } from '@stafette/contracts';
import type { ServerName } from '@stafette/protocol';
import type { Handler } from '../../../../http/handler.ts';
import type { Audit } from '../../../audit/index.ts';
import type { Accounts, Sessions } from '../../../identity/index.ts';
import { getLocalAccount } from '../local-user.ts';

export interface UserAdministration {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly audit: Audit;
  readonly serverName: ServerName;
  readonly version: string;
}

export const getSynapseServerVersion =
  ({ version }: UserAdministration): Handler<typeof admin.getSynapseServerVersion> =>
  async () => ({ server_version: `${version} (Stafette)` });

export const deactivateSynapseUser =
  (d: UserAdministration): Handler<typeof admin.deactivateSynapseUser> =>
  async ({ params, body, requester }) => {
    const { userId } = await getLocalAccount(d, params.userId);
    const isErased = body.erase === true;
    const action = isErased ? 'user.erase' : 'user.deactivate';
    const entry = { actor: requester.userId, action, target: userId } as const;
    await d.accounts.deactivate(userId, async (tx) => d.audit.note(tx, entry), isErased);
    return { id_server_unbind_result: 'success' };
  };

export const resetSynapsePassword =
  (d: UserAdministration): Handler<typeof admin.resetSynapsePassword> =>
  async ({ params, body, requester }) => {
    const { accounts, audit } = d;
    const { userId, isDeactivated } = await getLocalAccount(d, params.userId);
    if (isDeactivated) throw notFound('This account has ended');
    const entry = { actor: requester.userId, action: 'user.reset-password', target: userId } as const;
    await accounts.changePassword(userId, body.new_password, {
      together: async (tx) => audit.note(tx, entry),
      signsOut: body.logout_devices === false ? undefined : {},
    });
    return {};
  };
