import { notFound, type admin } from '@stafette/contracts';
import type { ServerName } from '@stafette/protocol';
import type { Handler } from '../../../../http/handler.ts';
import type { Requester } from '../../../../http/requester.ts';
import type { Audit } from '../../../audit/index.ts';
import type { Accounts } from '../../../identity/index.ts';
import type { Membership } from '../../../membership/index.ts';
import { readLocalUser } from '../../people/local-user.ts';
import { getNamedRoom, type NamedRooms } from '../named-room.ts';
import { promotionOf } from '../room-promotion.ts';

export interface RoomMembershipDependencies extends NamedRooms {
  readonly accounts: Accounts;
  readonly membership: Membership;
  readonly audit: Audit;
  readonly serverName: ServerName;
}

/** Somebody of this server who can be in rooms. Throws M_INVALID_PARAM and M_NOT_FOUND. */
async function getPerson(
  { accounts, serverName }: RoomMembershipDependencies,
  text: string,
): Promise<Pick<Requester, 'userId' | 'kind'>> {
  const { userId, kind, isDeactivated } = await accounts.get(readLocalUser(text, serverName));
  if (isDeactivated || kind === 'server') throw notFound('There is nobody of this name on this server');
  return { userId, kind };
}

export const makeSynapseRoomAdmin =
  (d: RoomMembershipDependencies): Handler<typeof admin.makeSynapseRoomAdmin> =>
  async ({ params, body, requester: { userId: actor } }) => {
    const room = await getNamedRoom(d, params.roomIdOrAlias);
    const { userId } = await getPerson(d, body.user_id ?? actor);
    const intents = promotionOf(room, userId);
    await d.audit.noteFirst({ actor, action: 'room.make-admin', target: room.id });
    await d.audit.noteFirst({ actor, action: 'user.make-room-admin', target: userId });
    if (intents.length > 0) await d.roomEvents.append(room.id, intents);
    return {};
  };

export const joinSynapseRoom =
  (d: RoomMembershipDependencies): Handler<typeof admin.joinSynapseRoom> =>
  async ({ params, body, requester: { userId: actor } }) => {
    const room = await getNamedRoom(d, params.roomIdOrAlias);
    const person = await getPerson(d, body.user_id);
    await d.audit.noteFirst({ actor, action: 'room.join-user', target: room.id });
    await d.audit.noteFirst({ actor, action: 'user.join-room', target: person.userId });
    const current = room.membershipOf(person.userId);
    if (current !== 'join' && current !== 'invite' && room.joinRule !== 'public')
      await d.membership.invite({ roomId: room.id, sender: actor, target: person.userId, reason: undefined });
    await d.membership.join(person, room, {});
    return { room_id: room.id };
  };
