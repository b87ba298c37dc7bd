import type { federation } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { claimKeys } from './endpoints/claim-keys.ts';
import { claimUserEncryptionKeys } from './endpoints/claim-user-encryption-keys.ts';
import { getUserDevices } from './endpoints/get-user-devices.ts';
import { queryKeys } from './endpoints/query-keys.ts';
import { queryUserEncryptionKeys } from './endpoints/query-user-encryption-keys.ts';
import { uploadKeys } from './endpoints/upload-keys.ts';
import type { ClientKeysDependencies } from './for-clients.ts';
import type { ServerKeysDependencies } from './for-servers.ts';

export { RemoteKeys } from './remote-keys.ts';
export { DeviceKeys, type KeyUpload } from './service.ts';

export const deviceKeysHandlers = (dependencies: ClientKeysDependencies) => ({
  uploadKeys: uploadKeys(dependencies.deviceKeys),
  queryKeys: queryKeys(dependencies),
  claimKeys: claimKeys(dependencies),
});

export const deviceKeysFederationHandlers = (dependencies: ServerKeysDependencies) =>
  ({
    getUserDevices: getUserDevices(dependencies),
    queryUserEncryptionKeys: queryUserEncryptionKeys(dependencies),
    claimUserEncryptionKeys: claimUserEncryptionKeys(dependencies),
  }) satisfies Partial<HandlersOf<typeof federation>>;
