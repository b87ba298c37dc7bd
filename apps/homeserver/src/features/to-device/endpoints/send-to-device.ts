import { type clientServer, invalidParam } from '@stafette/contracts';
import { type DeviceId, type JsonObject, parseDeviceId, parseUserId, type UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { ToDevice } from '../service.ts';

export const sendToDevice =
  (toDevice: ToDevice): Handler<typeof clientServer.sendToDevice> =>
  async ({ params, body, requester }) => {
    const messages = new Map<UserId, Map<DeviceId | '*', JsonObject>>();
    for (const [rawUserId, byDevice] of Object.entries(body.messages)) {
      const userId = parseUserId(rawUserId);
      if (userId === undefined) throw invalidParam('A recipient is not a user id');
      const contents = new Map<DeviceId | '*', JsonObject>();
      for (const [rawDeviceId, content] of Object.entries(byDevice)) {
        const deviceId = rawDeviceId === '*' ? '*' : parseDeviceId(rawDeviceId);
        if (deviceId === undefined) throw invalidParam('A recipient is not a device id');
        contents.set(deviceId, content);
      }
      messages.set(userId, contents);
    }
    const sessionKey = `${requester.userId} ${requester.deviceId ?? ''}`;
    await toDevice.send({
      sender: requester.userId,
      sessionKey,
      txnId: params.txnId,
      type: params.eventType,
      messages,
    });
    return {};
  };
