import type { ServerName } from '@stafette/protocol';
import { claimKeys } from './endpoints/claim-keys.ts';
import { queryKeys } from './endpoints/query-keys.ts';
import { uploadKeys } from './endpoints/upload-keys.ts';
import type { DeviceKeys } from './service.ts';

export { DeviceKeys, type KeyUpload } from './service.ts';

type QueryDependencies = Parameters<typeof queryKeys>[0];

export const deviceKeysHandlers = (
  deviceKeys: DeviceKeys,
  serverName: ServerName,
  queryDependencies: Omit<QueryDependencies, 'deviceKeys' | 'serverName'>,
) => ({
  uploadKeys: uploadKeys(deviceKeys),
  queryKeys: queryKeys({ ...queryDependencies, deviceKeys, serverName }),
  claimKeys: claimKeys(deviceKeys, serverName),
});
