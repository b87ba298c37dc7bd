import type { admin } from '@stafette/contracts';
import type { JsonObject, RoomId, UserId } from '@stafette/protocol';
import type { Handler } from '../../../../http/handler.ts';
import type { AccountData } from '../../../account-data/index.ts';
import type { Pushers } from '../../../push/index.ts';
import type { RoomEvents } from '../../../room-events/index.ts';
import { getLocalAccount, readUser } from '../local-user.ts';
import type { UserAdministration } from './synapse-users.ts';

export interface UserInsightDependencies extends UserAdministration {
  readonly roomEvents: RoomEvents;
  readonly pushers: Pushers;
  readonly accountData: AccountData;
  readonly countInvites: (userId: UserId, sinceMs: number) => Promise<number>;
  readonly countRoomsJoined: (userId: UserId, sinceMs: number) => Promise<number>;
}

export const listSynapseMemberships =
  ({ roomEvents }: UserInsightDependencies): Handler<typeof admin.listSynapseMemberships> =>
  async ({ params }) => {
    const records = [...(await roomEvents.membershipsOf(readUser(params.userId))).values()];
    const memberships = Object.fromEntries(records.map(({ roomId, membership }) => [roomId, membership]));
    return { memberships, total: records.length };
  };

export const countSynapseInvites =
  ({ countInvites }: UserInsightDependencies): Handler<typeof admin.countSynapseInvites> =>
  async ({ params, query }) => ({ invite_count: await countInvites(readUser(params.userId), query.from_ts) });

export const countSynapseJoinedRooms =
  (d: UserInsightDependencies): Handler<typeof admin.countSynapseJoinedRooms> =>
  async ({ params, query }) => ({
    cumulative_joined_room_count: await d.countRoomsJoined(readUser(params.userId), query.from_ts),
  });

export const listSynapsePushers =
  (d: UserInsightDependencies): Handler<typeof admin.listSynapsePushers> =>
  async ({ params }) => {
    const { userId } = await getLocalAccount(d, params.userId);
    const pushers = (await d.pushers.list(userId)).map((pusher): JsonObject => ({ profile_tag: '', ...pusher }));
    return { pushers, total: pushers.length };
  };

export const listSynapseAccountData =
  (d: UserInsightDependencies): Handler<typeof admin.listSynapseAccountData> =>
  async ({ params, requester }) => {
    const { userId } = await getLocalAccount(d, params.userId);
    await d.audit.noteFirst({ actor: requester.userId, action: 'user.read-account-data', target: userId });
    const data = await d.accountData.listEverything(userId);
    const rooms = [...data].filter((entry): entry is [RoomId, JsonObject] => entry[0] !== '');
    return { account_data: { global: data.get('') ?? {}, rooms: Object.fromEntries(rooms) } };
  };
