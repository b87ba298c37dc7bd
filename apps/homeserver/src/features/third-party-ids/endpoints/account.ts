import { MatrixError, type clientServer } from '@stafette/contracts';
import { parseEmail } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { RequirePassword } from '../../identity/index.ts';
import type { ThirdPartyIds } from '../service.ts';

export const getAccount3PIDs =
  (thirdPartyIds: ThirdPartyIds): Handler<typeof clientServer.getAccount3PIDs> =>
  async ({ requester }) => {
    const rows = await thirdPartyIds.list(requester.userId);
    return { threepids: rows.map((row) => ({ medium: 'email', ...row })) };
  };

export const add3PID =
  (thirdPartyIds: ThirdPartyIds, requirePassword: RequirePassword): Handler<typeof clientServer.add3PID> =>
  async ({ body, requester }) => {
    await requirePassword(requester, body.auth, { action: 'add-address' });
    await thirdPartyIds.add(requester.userId, { sid: body.sid, clientSecret: body.client_secret });
    return {};
  };

/** No identity server was ever told of the address, so there is none to take it back from. */
export const delete3pidFromAccount =
  (thirdPartyIds: ThirdPartyIds): Handler<typeof clientServer.delete3pidFromAccount> =>
  async ({ body, requester }) => {
    const email = body.medium === 'email' ? parseEmail(body.address) : undefined;
    if (email !== undefined) await thirdPartyIds.remove(requester.userId, email);
    return { id_server_unbind_result: 'no-support' };
  };

export const unbind3pidFromAccount = (): Handler<typeof clientServer.unbind3pidFromAccount> => async () => ({
  id_server_unbind_result: 'no-support',
});

/** An identity server would tell the world who has which address; this server trusts none. */
export const bind3PID = (): Handler<typeof clientServer.bind3PID> => async () => {
  throw new MatrixError(400, 'M_SERVER_NOT_TRUSTED', 'This server works with no identity server');
};

/** The predecessor of `bind3PID`, whose refusal has another code. */
export const post3PIDs = (): Handler<typeof clientServer.post3PIDs> => async () => {
  throw new MatrixError(403, 'M_THREEPID_AUTH_FAILED', 'This server works with no identity server');
};
