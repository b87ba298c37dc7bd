import { notFound, type admin } from '@stafette/contracts';
import { type DeviceId, type JsonObject, parseDeviceId, type ServerName, type UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Audit } from '../../audit/index.ts';
import type { Accounts, Sessions } from '../../identity/index.ts';
import { readLocalUser } from '../local-user.ts';

export interface UserAdministration {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly audit: Audit;
  readonly serverName: ServerName;
  readonly findProfile: (
    userId: UserId,
  ) => Promise<{ readonly displayName: string | undefined; readonly avatarUrl: string | undefined } | undefined>;
  readonly listAddresses: (
    userId: UserId,
  ) => Promise<readonly { readonly address: string; readonly validated_at: number; readonly added_at: number }[]>;
  readonly version: string;
}

export const getSynapseServerVersion =
  ({ version }: UserAdministration): Handler<typeof admin.getSynapseServerVersion> =>
  async () => ({ server_version: `${version} (Stafette)` });

export const getSynapseUser =
  (d: UserAdministration): Handler<typeof admin.getSynapseUser> =>
  async ({ params }): Promise<JsonObject> => {
    const account = await d.accounts.get(readLocalUser(params.userId, d.serverName));
    const [profile, addresses] = await Promise.all([d.findProfile(account.userId), d.listAddresses(account.userId)]);
    return {
      name: account.userId,
      displayname: profile?.displayName ?? null,
      avatar_url: profile?.avatarUrl ?? null,
      threepids: addresses.map((row) => ({ medium: 'email', ...row })),
      is_guest: account.kind === 'guest',
      admin: account.isAdmin,
      deactivated: account.isDeactivated,
      suspended: account.isSuspended,
      locked: account.isLocked,
    };
  };

export const listSynapseDevices =
  ({ accounts, sessions, serverName }: UserAdministration): Handler<typeof admin.listSynapseDevices> =>
  async ({ params }) => {
    const { userId } = await accounts.get(readLocalUser(params.userId, serverName));
    const devices = (await sessions.listDevicesAsSeen(userId)).map((device) => ({
      device_id: device.device_id,
      user_id: userId,
      display_name: device.display_name,
      last_seen_ts: device.last_seen_at,
      last_seen_ip: device.last_seen_ip,
    }));
    return { devices, total: devices.length };
  };

export const removeSynapseDevices =
  ({ accounts, audit, sessions, serverName }: UserAdministration): Handler<typeof admin.removeSynapseDevices> =>
  async ({ params, body, requester }) => {
    const { userId } = await accounts.get(readLocalUser(params.userId, serverName));
    await audit.noteFirst({ actor: requester.userId, action: 'user.delete-devices', target: userId });
    const isDevice = (deviceId: DeviceId | undefined): deviceId is DeviceId => deviceId !== undefined;
    await sessions.close(userId, body.devices.map(parseDeviceId).filter(isDevice));
    return {};
  };

export const deactivateSynapseUser =
  ({ accounts, audit, serverName }: UserAdministration): Handler<typeof admin.deactivateSynapseUser> =>
  async ({ params, requester }) => {
    const { userId } = await accounts.get(readLocalUser(params.userId, serverName));
    const entry = { actor: requester.userId, action: 'user.deactivate', target: userId } as const;
    await accounts.deactivate(userId, async (tx) => audit.note(tx, entry));
    return { id_server_unbind_result: 'success' };
  };

export const resetSynapsePassword =
  ({ accounts, audit, sessions, serverName }: UserAdministration): Handler<typeof admin.resetSynapsePassword> =>
  async ({ params, body, requester }) => {
    const { userId, isDeactivated } = await accounts.get(readLocalUser(params.userId, serverName));
    if (isDeactivated) throw notFound('This account has ended');
    const entry = { actor: requester.userId, action: 'user.reset-password', target: userId } as const;
    await accounts.changePassword(userId, body.new_password, async (tx) => audit.note(tx, entry));
    if (body.logout_devices !== false) await sessions.closeAll(userId);
    return {};
  };
