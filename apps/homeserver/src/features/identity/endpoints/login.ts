import { type clientServer, MatrixError, missingParam } from '@stafette/contracts';
import type { ServerName } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Accounts } from '../accounts.ts';
import { sessionAnswer } from '../session-answer.ts';
import type { Sessions } from '../sessions.ts';

export interface LoginDependencies {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly serverName: ServerName;
}

export const getLoginFlows = (): Handler<typeof clientServer.getLoginFlows> => async () => ({
  flows: [{ type: 'm.login.password' }, { type: 'm.login.token', get_login_token: true }],
});

export const login =
  ({ accounts, sessions, serverName }: LoginDependencies): Handler<typeof clientServer.login> =>
  async ({ body }) => {
    const open = async (userId: Parameters<Sessions['open']>[0]['userId']) =>
      sessionAnswer(
        await sessions.open({
          userId,
          deviceId: body.device_id,
          displayName: body.initial_device_display_name,
          withRefreshToken: body.refresh_token === true,
        }),
        serverName,
      );
    switch (body.type) {
      case 'm.login.password': {
        if (body.identifier !== undefined && body.identifier.type !== 'm.id.user') {
          throw new MatrixError(400, 'M_UNKNOWN', 'This server knows people by their login name only');
        }
        const name = body.identifier?.user ?? body.user;
        if (name === undefined || body.password === undefined) throw missingParam('A name and a password are needed');
        return open((await accounts.logIn(name, body.password)).userId);
      }
      case 'm.login.token':
        if (body.token === undefined) throw missingParam('A token is needed');
        return open(await accounts.redeemLoginToken(body.token));
      default:
        throw new MatrixError(400, 'M_UNKNOWN', 'This way to log in is not offered here');
    }
  };
