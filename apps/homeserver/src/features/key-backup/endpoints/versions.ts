import type { clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { KeyBackup } from '../service.ts';

export const postRoomKeysVersion =
  (backup: KeyBackup): Handler<typeof clientServer.postRoomKeysVersion> =>
  async ({ body, requester }) => ({
    version: await backup.createVersion(requester.userId, body.algorithm, body.auth_data),
  });

export const getRoomKeysVersionCurrent =
  (backup: KeyBackup): Handler<typeof clientServer.getRoomKeysVersionCurrent> =>
  async ({ requester }) =>
    backup.getVersion(requester.userId);

export const getRoomKeysVersion =
  (backup: KeyBackup): Handler<typeof clientServer.getRoomKeysVersion> =>
  async ({ params, requester }) =>
    backup.getVersion(requester.userId, params.version);

export const putRoomKeysVersion =
  (backup: KeyBackup): Handler<typeof clientServer.putRoomKeysVersion> =>
  async ({ params, body, requester }) => {
    await backup.updateVersion(requester.userId, params.version, body);
    return {};
  };

export const deleteRoomKeysVersion =
  (backup: KeyBackup): Handler<typeof clientServer.deleteRoomKeysVersion> =>
  async ({ params, requester }) => {
    await backup.removeVersion(requester.userId, params.version);
    return {};
  };
