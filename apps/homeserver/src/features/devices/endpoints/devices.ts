import { notFound, type clientServer } from '@stafette/contracts';
import { parseDeviceId, type DeviceId } from '@stafette/protocol';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import type { DeviceRow, RequirePassword, Sessions } from '../../identity/index.ts';

export interface DevicesDependencies {
  readonly sessions: Sessions;
  readonly requirePassword: RequirePassword;
  /** Called after a device was named or appeared: its name is part of what others fetch with its keys. */
  readonly onRenamed: (userId: DeviceRow['user_id']) => Promise<void>;
}

const deviceJson = ({ device_id, display_name, last_seen_at, last_seen_ip }: DeviceRow) => ({
  device_id,
  ...(display_name === null ? {} : { display_name }),
  ...(last_seen_at === null ? {} : { last_seen_ts: last_seen_at }),
  ...(last_seen_ip === null ? {} : { last_seen_ip }),
});

const noSuchDevice = () => notFound('There is no such device');

export const getDevices =
  ({ sessions }: DevicesDependencies): Handler<typeof clientServer.getDevices> =>
  async ({ requester }) => ({ devices: (await sessions.listDevicesAsSeen(requester.userId)).map(deviceJson) });

export const getDevice =
  ({ sessions }: DevicesDependencies): Handler<typeof clientServer.getDevice> =>
  async ({ params, requester }) => {
    const device = (await sessions.listDevicesAsSeen(requester.userId)).find(
      ({ device_id }) => device_id === params.deviceId,
    );
    if (device === undefined) throw noSuchDevice();
    return deviceJson(device);
  };

export const updateDevice =
  ({ sessions, onRenamed }: DevicesDependencies): Handler<typeof clientServer.updateDevice> =>
  async ({ params, body, requester }) => {
    const deviceId = parseDeviceId(params.deviceId);
    const device = (await sessions.listDevicesAsSeen(requester.userId)).find(({ device_id }) => device_id === deviceId);
    if (device === undefined && deviceId !== undefined && requester.service !== undefined) {
      await sessions.addDevice(requester.userId, deviceId, body.display_name);
      await onRenamed(requester.userId);
      return new PreparedResponse('{}', { status: 201 });
    }
    if (device === undefined || deviceId === undefined) throw noSuchDevice();
    if (body.display_name === undefined || body.display_name === device.display_name) return {};
    if (!(await sessions.renameDevice(requester.userId, deviceId, body.display_name))) throw noSuchDevice();
    await onRenamed(requester.userId);
    return {};
  };

export const deleteDevice =
  ({ sessions, requirePassword }: DevicesDependencies): Handler<typeof clientServer.deleteDevice> =>
  async ({ params, body, requester }) => {
    // The users of a service have no passwords.
    if (requester.service === undefined)
      await requirePassword(requester, body.auth, { action: 'remove-devices', objects: [params.deviceId] });
    const deviceId = parseDeviceId(params.deviceId);
    if (deviceId !== undefined) await sessions.close(requester.userId, [deviceId]);
    return {};
  };

export const deleteDevices =
  ({ sessions, requirePassword }: DevicesDependencies): Handler<typeof clientServer.deleteDevices> =>
  async ({ body, requester }) => {
    const deviceIds = body.devices
      .map(parseDeviceId)
      .filter((deviceId): deviceId is DeviceId => deviceId !== undefined);
    // The proof is for these devices: it is no good for others, should the request be sent again with more of them.
    if (requester.service === undefined)
      await requirePassword(requester, body.auth, { action: 'remove-devices', objects: deviceIds.toSorted() });
    await sessions.close(requester.userId, deviceIds);
    return {};
  };
