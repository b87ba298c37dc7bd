import type { clientServer } from '@stafette/contracts';
import type { RoomId } from '@stafette/protocol';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import type { Requester } from '../../../http/requester.ts';
import type { OldSync } from '../old/old-sync.ts';

/** Events of one room as JSON text, for whoever may read them. */
export type PeekRoom = (
  requester: Requester,
  request: {
    readonly roomId: string;
    readonly from: string | undefined;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
) => Promise<string>;

export const getEvents =
  (service: OldSync, peekRoom: PeekRoom): Handler<typeof clientServer.getEvents> =>
  async ({ query, requester, signal }) => {
    const { from, timeout: timeoutMs = 0, room_id: roomId } = query;
    return roomId === undefined
      ? service.events(requester, from, timeoutMs, signal)
      : new PreparedResponse(await peekRoom(requester, { roomId, from, timeoutMs, signal }));
  };

/** Those of the rooms that everybody can find in the directory. */
export type ListedAmong = (roomIds: readonly RoomId[]) => Promise<ReadonlySet<RoomId>>;

export const initialSync =
  (service: OldSync, listedAmong: ListedAmong): Handler<typeof clientServer.initialSync> =>
  async ({ query, requester, signal }) => {
    const wanted = { limit: query.limit, includesLeft: query.archived === true };
    const { rooms, ...overview } = await service.overview(requester, wanted, signal);
    const listed = await listedAmong(rooms.map((room) => room.room_id));
    return {
      ...overview,
      rooms: rooms.map((room) => ({ ...room, visibility: listed.has(room.room_id) ? 'public' : 'private' })),
    };
  };
