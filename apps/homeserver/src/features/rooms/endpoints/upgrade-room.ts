import { invalidParam, type clientServer } from '@stafette/contracts';
import { parseRoomId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { upgradeRoom as upgrade } from '../upgrade-room.ts';

export const upgradeRoom =
  (dependencies: Parameters<typeof upgrade>[0]): Handler<typeof clientServer.upgradeRoom> =>
  async ({ params, body, requester }) => {
    const roomId = parseRoomId(params.roomId);
    if (roomId === undefined) throw invalidParam('This is not a room id');
    const additionalCreators = body.additional_creators ?? [];
    return {
      replacement_room: await upgrade(dependencies, {
        roomId,
        userId: requester.userId,
        version: body.new_version,
        additionalCreators,
      }),
    };
  };
