import { type clientServer, invalidParam } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { DeviceKeys } from '../service.ts';

export const uploadKeys =
  (deviceKeys: DeviceKeys): Handler<typeof clientServer.uploadKeys> =>
  async ({ body, requester }) => {
    if (requester.deviceId === undefined) throw invalidParam('Only a device can upload keys');
    const one_time_key_counts = await deviceKeys.upload(requester.userId, requester.deviceId, {
      deviceKeys: body.device_keys,
      oneTimeKeys: body.one_time_keys ?? {},
      fallbackKeys: body.fallback_keys ?? {},
    });
    return { one_time_key_counts: { ...one_time_key_counts } };
  };
