import type { admin } from '@stafette/contracts';
import type { RoomId, UserId } from '@stafette/protocol';
import type { Handler } from '../../../../http/handler.ts';
import { readLocalUser } from '../local-user.ts';
import { type ModerationDependencies, suspend, whoIs } from './moderation.ts';

export interface UserStateDependencies extends ModerationDependencies {
  readonly listJoinedRooms: (userId: UserId) => Promise<readonly RoomId[]>;
}

export const listSynapseJoinedRooms =
  (d: UserStateDependencies): Handler<typeof admin.listSynapseJoinedRooms> =>
  async ({ params }) => {
    const { userId } = await d.accounts.get(readLocalUser(params.userId, d.serverName));
    const rooms = await d.listJoinedRooms(userId);
    return { joined_rooms: [...rooms], total: rooms.length };
  };

export const getSynapseWhoIs =
  (dependencies: UserStateDependencies): Handler<typeof admin.getSynapseWhoIs> =>
  async ({ params }) => {
    const userId = readLocalUser(params.userId, dependencies.serverName);
    const connections = (await whoIs(dependencies, userId)).map(({ connection }) => connection);
    return { user_id: userId, devices: { '': { sessions: [{ connections }] } } };
  };

export const suspendSynapseUser =
  (dependencies: UserStateDependencies): Handler<typeof admin.suspendSynapseUser> =>
  async ({ params, body, requester }) => {
    const userId = await suspend(dependencies, params.userId, body.suspend, requester);
    return { [`user_${userId}_suspended`]: body.suspend };
  };
