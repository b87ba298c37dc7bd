import type { admin } from '@stafette/contracts';
import type { Handler } from '../../../../http/handler.ts';
import { getNamedRoom, type NamedRooms } from '../named-room.ts';
import type { RoomListing } from '../room-listing.ts';

interface Dependencies extends NamedRooms {
  readonly roomListing: RoomListing;
}

export const listSynapseForwardExtremities =
  (dependencies: Dependencies): Handler<typeof admin.listSynapseForwardExtremities> =>
  async ({ params }) => {
    const { nid } = await getNamedRoom(dependencies, params.roomIdOrAlias);
    const results = (await dependencies.roomListing.listExtremities(nid)).map((end) => ({
      event_id: end.eventId,
      state_group: end.pos,
      depth: end.depth,
      received_ts: end.originServerTs,
    }));
    return { count: results.length, results };
  };

export const removeSynapseForwardExtremities =
  (dependencies: NamedRooms): Handler<typeof admin.removeSynapseForwardExtremities> =>
  async ({ params }) => {
    await getNamedRoom(dependencies, params.roomIdOrAlias);
    return { deleted: 0 };
  };
