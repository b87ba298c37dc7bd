import { notFound, invalidParam, type federation } from '@stafette/contracts';
import { parseUserId, serverNameOf } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { listDevicesForServer, type ServerKeysDependencies } from '../for-servers.ts';

export const getUserDevices =
  (dependencies: ServerKeysDependencies): Handler<typeof federation.getUserDevices> =>
  async ({ params }) => {
    const userId = parseUserId(params.userId);
    if (userId === undefined) throw invalidParam('This is not a user id');
    if (serverNameOf(userId) !== dependencies.serverName) throw notFound('This user is not of this server');
    return listDevicesForServer(userId, dependencies);
  };
