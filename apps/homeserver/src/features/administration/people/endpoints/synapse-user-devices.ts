import { type admin, invalidParam, notFound } from '@stafette/contracts';
import { type DeviceId, parseDeviceId, type UserId } from '@stafette/protocol';
import type { Handler } from '../../../../http/handler.ts';
import type { DeviceRow } from '../../../identity/index.ts';
import { getLocalAccount } from '../local-user.ts';
import type { UserAdministration } from './synapse-users.ts';

export interface UserDevicesDependencies extends UserAdministration {
  /** Called after a device was named or appeared: its name is part of what others fetch with its keys. */
  readonly onRenamed: (userId: UserId) => Promise<void>;
}

const noSuchDevice = () => notFound('There is no such device');

const deviceJson = (device: DeviceRow, dormant: readonly DeviceId[]) => ({
  device_id: device.device_id,
  user_id: device.user_id,
  display_name: device.display_name,
  last_seen_ts: device.last_seen_at,
  last_seen_ip: device.last_seen_ip,
  last_seen_user_agent: device.last_seen_user_agent,
  dehydrated: dormant.includes(device.device_id),
});

async function listDevices({ sessions }: UserAdministration, userId: UserId) {
  const [devices, dormant] = await Promise.all([sessions.listDevicesAsSeen(userId), sessions.listDormant(userId)]);
  return devices.map((device) => deviceJson(device, dormant));
}

async function getDevice(d: UserAdministration, params: { readonly userId: string; readonly deviceId: string }) {
  const { userId } = await getLocalAccount(d, params.userId);
  const device = (await listDevices(d, userId)).find(({ device_id: deviceId }) => deviceId === params.deviceId);
  if (device === undefined) throw noSuchDevice();
  return device;
}

export const listSynapseDevices =
  (d: UserDevicesDependencies): Handler<typeof admin.listSynapseDevices> =>
  async ({ params }) => {
    const { userId } = await getLocalAccount(d, params.userId);
    const devices = await listDevices(d, userId);
    return { devices, total: devices.length };
  };

export const getSynapseDevice =
  (d: UserDevicesDependencies): Handler<typeof admin.getSynapseDevice> =>
  async ({ params }) =>
    getDevice(d, params);

export const addSynapseDevice =
  (d: UserDevicesDependencies): Handler<typeof admin.addSynapseDevice> =>
  async ({ params, body, requester }) => {
    const { userId, isDeactivated } = await getLocalAccount(d, params.userId);
    if (isDeactivated) throw notFound('This account has ended');
    const deviceId = parseDeviceId(body.device_id);
    if (deviceId === undefined) throw invalidParam('The device id is malformed');
    if ((await listDevices(d, userId)).some(({ device_id: known }) => known === deviceId)) return {};
    await d.audit.noteFirst({ actor: requester.userId, action: 'user.add-device', target: userId });
    await d.sessions.addDevice(userId, deviceId, undefined);
    await d.onRenamed(userId);
    return {};
  };

export const renameSynapseDevice =
  (d: UserDevicesDependencies): Handler<typeof admin.renameSynapseDevice> =>
  async ({ params, body, requester }) => {
    const { user_id: userId, device_id: deviceId, display_name: present } = await getDevice(d, params);
    if (body.display_name === undefined || body.display_name === present) return {};
    await d.audit.noteFirst({ actor: requester.userId, action: 'user.rename-device', target: userId });
    if (!(await d.sessions.renameDevice(userId, deviceId, body.display_name))) throw noSuchDevice();
    await d.onRenamed(userId);
    return {};
  };

export const removeSynapseDevice =
  (d: UserDevicesDependencies): Handler<typeof admin.removeSynapseDevice> =>
  async ({ params, requester }) => {
    const { user_id: userId, device_id: deviceId } = await getDevice(d, params);
    await d.audit.noteFirst({ actor: requester.userId, action: 'user.delete-devices', target: userId });
    await d.sessions.close(userId, [deviceId]);
    return {};
  };

export const removeSynapseDevices =
  (d: UserDevicesDependencies): Handler<typeof admin.removeSynapseDevices> =>
  async ({ params, body, requester }) => {
    const { userId } = await getLocalAccount(d, params.userId);
    await d.audit.noteFirst({ actor: requester.userId, action: 'user.delete-devices', target: userId });
    const deviceIds = body.devices.map(parseDeviceId).filter((deviceId) => deviceId !== undefined);
    await d.sessions.close(userId, deviceIds);
    return {};
  };
