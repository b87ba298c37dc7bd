import { type clientServer, notFound } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { KeyBackup } from '../service.ts';

export const getRoomKeys =
  (backup: KeyBackup): Handler<typeof clientServer.getRoomKeys> =>
  async ({ query, requester }) => ({ rooms: await backup.listSessions(requester.userId, query.version, {}) });

export const getRoomKeysByRoomId =
  (backup: KeyBackup): Handler<typeof clientServer.getRoomKeysByRoomId> =>
  async ({ params, query, requester }) => {
    const rooms = await backup.listSessions(requester.userId, query.version, params);
    return rooms[params.roomId] ?? { sessions: {} };
  };

export const getRoomKeyBySessionId =
  (backup: KeyBackup): Handler<typeof clientServer.getRoomKeyBySessionId> =>
  async ({ params, query, requester }) => {
    const rooms = await backup.listSessions(requester.userId, query.version, params);
    const session = rooms[params.roomId]?.sessions[params.sessionId];
    if (session === undefined) throw notFound('This key is not in the backup');
    return session;
  };

export const putRoomKeys =
  (backup: KeyBackup): Handler<typeof clientServer.putRoomKeys> =>
  async ({ query, body, requester }) =>
    backup.putSessions(requester.userId, query.version, body.rooms);

export const putRoomKeysByRoomId =
  (backup: KeyBackup): Handler<typeof clientServer.putRoomKeysByRoomId> =>
  async ({ params, query, body, requester }) =>
    backup.putSessions(requester.userId, query.version, { [params.roomId]: body });

export const putRoomKeyBySessionId =
  (backup: KeyBackup): Handler<typeof clientServer.putRoomKeyBySessionId> =>
  async ({ params, query, body, requester }) =>
    backup.putSessions(requester.userId, query.version, {
      [params.roomId]: { sessions: { [params.sessionId]: body } },
    });

export const deleteRoomKeys =
  (backup: KeyBackup): Handler<typeof clientServer.deleteRoomKeys> =>
  async ({ query, requester }) =>
    backup.removeSessions(requester.userId, query.version, {});

export const deleteRoomKeysByRoomId =
  (backup: KeyBackup): Handler<typeof clientServer.deleteRoomKeysByRoomId> =>
  async ({ params, query, requester }) =>
    backup.removeSessions(requester.userId, query.version, params);

export const deleteRoomKeyBySessionId =
  (backup: KeyBackup): Handler<typeof clientServer.deleteRoomKeyBySessionId> =>
  async ({ params, query, requester }) =>
    backup.removeSessions(requester.userId, query.version, params);
