import type { clientServer } from '@stafette/contracts';
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

export const initialSync =
  (service: OldSync): Handler<typeof clientServer.initialSync> =>
  async ({ query, requester, signal }) =>
    service.overview(requester, { limit: query.limit, includesLeft: query.archived === true }, signal);
