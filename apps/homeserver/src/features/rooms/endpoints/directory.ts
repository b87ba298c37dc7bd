import { forbidden, invalidParam, missingToken, type clientServer } from '@stafette/contracts';
import { parseRoomId, type RoomId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { RoomDirectory } from '../directory.ts';

function readRoomId(text: string): RoomId {
  const roomId = parseRoomId(text);
  if (roomId === undefined) throw invalidParam('This is not a room id');
  return roomId;
}

export const getRoomVisibilityOnDirectory =
  (directory: RoomDirectory): Handler<typeof clientServer.getRoomVisibilityOnDirectory> =>
  async ({ params }) => ({ visibility: (await directory.isListed(readRoomId(params.roomId))) ? 'public' : 'private' });

export const setRoomVisibilityOnDirectory =
  (directory: RoomDirectory): Handler<typeof clientServer.setRoomVisibilityOnDirectory> =>
  async ({ params, body, requester }) => {
    await directory.setListed(requester, readRoomId(params.roomId), body.visibility !== 'private');
    return {};
  };

export const updateAppserviceRoomDirectoryVisibility =
  (directory: RoomDirectory): Handler<typeof clientServer.updateAppserviceRoomDirectoryVisibility> =>
  async ({ params, body, requester: { service } }) => {
    if (service === undefined) throw forbidden('Only an application service may do this');
    const isListed = body.visibility === 'public';
    await directory.setListedForNetwork(service, params.networkId, readRoomId(params.roomId), isListed);
    return {};
  };

export const getPublicRooms =
  (directory: RoomDirectory, isForStrangers: boolean): Handler<typeof clientServer.getPublicRooms> =>
  async ({ query, requester }) => {
    if (requester === undefined && !isForStrangers) throw missingToken();
    return directory.list(query);
  };

export const queryPublicRooms =
  (directory: RoomDirectory): Handler<typeof clientServer.queryPublicRooms> =>
  async ({ query, body }) =>
    directory.list({
      limit: body.limit,
      since: body.since ?? undefined,
      server: query.server,
      searchTerm: body.filter?.generic_search_term ?? undefined,
      roomTypes: body.filter?.room_types ?? undefined,
      networkInstanceId: body.third_party_instance_id ?? undefined,
      includesNetworks: body.include_all_networks,
    });
