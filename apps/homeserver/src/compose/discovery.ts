import { spacesHandlers } from '../features/spaces/index.ts';
import type { Rooms } from './rooms.ts';

/** Finding rooms, people and what was said. */
export function composeDiscovery({ roomEvents }: Rooms) {
  return { discoveryHandlers: { ...spacesHandlers(roomEvents) } };
}

export type Discovery = ReturnType<typeof composeDiscovery>;
