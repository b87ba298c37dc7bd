import type { federation } from '@stafette/contracts';
import { serverNameOf } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { ServerKeysDependencies } from '../for-servers.ts';
import { listOwnKeys } from '../own-keys.ts';
import { onlyUsers, readUsers } from '../read-users.ts';

export const queryUserEncryptionKeys =
  (dependencies: ServerKeysDependencies): Handler<typeof federation.queryUserEncryptionKeys> =>
  async ({ body }) => {
    const { serverName, tellsDeviceNames } = dependencies;
    const wanted = onlyUsers(readUsers(body.device_keys), (userId) => serverNameOf(userId) === serverName);
    const keys = await listOwnKeys(wanted, { seesDeviceNames: tellsDeviceNames }, dependencies);
    const { device_keys, master_keys, self_signing_keys } = keys;
    return { device_keys, master_keys, self_signing_keys };
  };
