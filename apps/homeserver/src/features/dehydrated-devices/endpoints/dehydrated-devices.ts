import type { clientServer } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import type { DehydratedDevices } from '../service.ts';

export const putDehydratedDevice =
  (devices: DehydratedDevices): Handler<typeof clientServer.putDehydratedDevice> =>
  async ({ body, requester }) => {
    const deviceId = await devices.put(requester.userId, {
      deviceId: body.device_id,
      data: body.device_data,
      displayName: body.initial_device_display_name,
      keys: {
        deviceKeys: body.device_keys,
        oneTimeKeys: body.one_time_keys ?? {},
        fallbackKeys: body.fallback_keys ?? {},
      },
    });
    return { device_id: deviceId };
  };

export const getDehydratedDevice =
  (devices: DehydratedDevices): Handler<typeof clientServer.getDehydratedDevice> =>
  async ({ requester }) => {
    const { deviceId, data } = await devices.get(requester.userId);
    return { device_id: deviceId, device_data: data };
  };

export const deleteDehydratedDevice =
  (devices: DehydratedDevices): Handler<typeof clientServer.deleteDehydratedDevice> =>
  async ({ requester }) => ({ device_id: await devices.remove(requester.userId) });

/** The events are JSON texts already. */
async function answerEvents(devices: DehydratedDevices, userId: UserId, deviceId: string, after: string | undefined) {
  const { events, nextBatch } = await devices.listEvents(userId, deviceId, after);
  return new PreparedResponse(`{"events":[${events.join(',')}],"next_batch":"${nextBatch}"}`);
}

export const getDehydratedDeviceEvents =
  (devices: DehydratedDevices): Handler<typeof clientServer.getDehydratedDeviceEvents> =>
  async ({ params, query, requester }) =>
    answerEvents(devices, requester.userId, params.deviceId, query.next_batch);

export const postDehydratedDeviceEvents =
  (devices: DehydratedDevices): Handler<typeof clientServer.postDehydratedDeviceEvents> =>
  async ({ params, body, requester }) =>
    answerEvents(devices, requester.userId, params.deviceId, body.next_batch);
