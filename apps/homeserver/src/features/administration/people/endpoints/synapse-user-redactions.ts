import { type admin, invalidParam } from '@stafette/contracts';
import { parseRoomId, type RoomId } from '@stafette/protocol';
import type { Handler } from '../../../../http/handler.ts';
import { readUser } from '../local-user.ts';
import type { UserRedactions } from '../user-redactions.ts';

export interface UserRedactionDependencies {
  readonly userRedactions: UserRedactions;
}

function readRoomId(text: string): RoomId {
  const roomId = parseRoomId(text);
  if (roomId === undefined) throw invalidParam('One of rooms is not a room id');
  return roomId;
}

export const redactSynapseUser =
  ({ userRedactions }: UserRedactionDependencies): Handler<typeof admin.redactSynapseUser> =>
  async ({ params, body, requester }) => {
    const redactId = await userRedactions.request({
      userId: readUser(params.userId),
      requestedBy: requester.userId,
      roomIds: body.rooms.map(readRoomId),
      reason: body.reason,
      asAdministrator: body.use_admin === true,
      maxEvents: body.limit,
      afterMs: body.after_ts,
      beforeMs: body.before_ts,
    });
    return { redact_id: redactId };
  };

export const getSynapseRedactStatus =
  ({ userRedactions }: UserRedactionDependencies): Handler<typeof admin.getSynapseRedactStatus> =>
  async ({ params }) => {
    const { status, failures } = await userRedactions.get(params.redactId);
    return { status, failed_redactions: { ...failures } };
  };
