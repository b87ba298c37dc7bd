import type { clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { RoomCreation } from '../create-room.ts';

export const createRoom =
  (creation: RoomCreation): Handler<typeof clientServer.createRoom> =>
  async ({ body, requester }) => ({ room_id: await creation.create(requester, body) });
