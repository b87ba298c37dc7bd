import { Search, searchHandlers } from '../features/search/index.ts';
import { spacesHandlers } from '../features/spaces/index.ts';
import type { Basis } from './basis.ts';
import type { Personal } from './personal.ts';
import type { Rooms } from './rooms.ts';

/** Finding rooms, people and what was said. */
export function composeDiscovery({ database, clock }: Basis, { roomEvents }: Rooms, { ignoredBy }: Personal) {
  const history = { database, roomEvents, clock, ignoredBy };
  const search = new Search(history);
  return { history, search, discoveryHandlers: { ...spacesHandlers(roomEvents), ...searchHandlers(search) } };
}

export type Discovery = ReturnType<typeof composeDiscovery>;
