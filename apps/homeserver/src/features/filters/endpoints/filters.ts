import { badJson, forbidden, notFound, type clientServer } from '@stafette/contracts';
import { parseRoomId, parseUserId, type JsonObject } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Requester } from '../../../http/requester.ts';
import type { Filters } from '../service.ts';

function assertOwner(userId: string, requester: Requester): void {
  if (parseUserId(userId) !== requester.userId) throw forbidden('These are the filters of somebody else');
}

interface NamesRooms {
  readonly rooms?: readonly string[];
  readonly not_rooms?: readonly string[];
}
interface NamesSenders {
  readonly senders?: readonly string[];
  readonly not_senders?: readonly string[];
}

function assertIdentifiers(filter: NamesRooms & NamesSenders): void {
  for (const roomId of [...(filter.rooms ?? []), ...(filter.not_rooms ?? [])]) {
    if (parseRoomId(roomId) === undefined) throw badJson('A room of the filter is not a room id');
  }
  for (const userId of [...(filter.senders ?? []), ...(filter.not_senders ?? [])]) {
    if (parseUserId(userId) === undefined) throw badJson('A sender of the filter is not a user id');
  }
}

export const defineFilter =
  (filters: Filters): Handler<typeof clientServer.defineFilter> =>
  async ({ params, body, requester }) => {
    assertOwner(params.userId, requester);
    const { presence, account_data: accountData, room } = body;
    for (const part of [
      presence,
      accountData,
      room,
      room?.timeline,
      room?.state,
      room?.ephemeral,
      room?.account_data,
    ]) {
      if (part !== undefined) assertIdentifiers(part);
    }
    // A parsed request body; the schema said which members it must not have.
    return { filter_id: await filters.define(requester.userId, body as JsonObject) };
  };

export const getFilter =
  (filters: Filters): Handler<typeof clientServer.getFilter> =>
  async ({ params, requester }) => {
    assertOwner(params.userId, requester);
    const filter = await filters.find(requester.userId, params.filterId);
    if (filter === undefined) throw notFound('There is no such filter');
    return filter;
  };
