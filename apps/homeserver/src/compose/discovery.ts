import { RoomPeeks } from '../features/history/index.ts';
import { Reports, reportsHandlers } from '../features/reports/index.ts';
import { Search, searchHandlers } from '../features/search/index.ts';
import { spacesHandlers } from '../features/spaces/index.ts';
import type { Basis } from './basis.ts';
import type { Rooms } from './rooms.ts';
import type { Settings } from './settings.ts';

/** Finding rooms, people and what was said, and reporting it. */
export function composeDiscovery({ database, clock }: Basis, { roomEvents, profiles }: Rooms, { ignoredBy }: Settings) {
  const history = { database, roomEvents, clock, ignoredBy };
  const peeks = new RoomPeeks(history);
  const search = new Search(history);
  const reports = new Reports({
    database,
    clock,
    roomEvents,
    isPerson: async (userId) => (await profiles.find(userId)) !== undefined,
  });
  const discoveryHandlers = {
    ...spacesHandlers(roomEvents),
    ...searchHandlers(search),
    ...reportsHandlers(reports),
  };
  return { history, peeks, search, reports, discoveryHandlers };
}

export type Discovery = ReturnType<typeof composeDiscovery>;
