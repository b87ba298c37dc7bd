import type { federation } from '@stafette/contracts';
import { serverNameOf } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { claimOwnKeys } from '../claims.ts';
import type { ServerKeysDependencies } from '../for-servers.ts';
import { onlyUsers, readUsers } from '../read-users.ts';

export const claimUserEncryptionKeys =
  ({ deviceKeys, serverName }: ServerKeysDependencies): Handler<typeof federation.claimUserEncryptionKeys> =>
  async ({ body }) => {
    const wanted = onlyUsers(readUsers(body.one_time_keys), (userId) => serverNameOf(userId) === serverName);
    return { one_time_keys: await claimOwnKeys(wanted, deviceKeys) };
  };
