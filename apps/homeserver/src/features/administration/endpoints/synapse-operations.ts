import { notFound, type admin } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { RoomListing } from '../rooms/room-listing.ts';

export const listSynapseLargestRooms =
  ({ roomListing }: { readonly roomListing: RoomListing }): Handler<typeof admin.listSynapseLargestRooms> =>
  async () => ({
    rooms: (await roomListing.listLargest()).map(({ roomId, sizeBytes }) => ({
      room_id: roomId,
      estimated_size: sizeBytes,
    })),
  });

export const getSynapseBackgroundUpdates = (): Handler<typeof admin.getSynapseBackgroundUpdates> => async () => ({
  enabled: true,
  current_updates: {},
});

export const listSynapseDestinations = (): Handler<typeof admin.listSynapseDestinations> => async () => ({
  destinations: [],
  total: 0,
});

const unknownDestination = () => notFound('This server sends nothing to a server of this name');

export const getSynapseDestination = (): Handler<typeof admin.getSynapseDestination> => async () => {
  throw unknownDestination();
};

export const listSynapseDestinationRooms = (): Handler<typeof admin.listSynapseDestinationRooms> => async () => {
  throw unknownDestination();
};

export const resetSynapseDestination = (): Handler<typeof admin.resetSynapseDestination> => async () => {
  throw unknownDestination();
};
