import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import type { RoomEvents } from '../room-events/index.ts';
import { getSpaceHierarchy } from './endpoints/get-space-hierarchy.ts';

export { getSpaceHierarchy };

export const spacesHandlers = (roomEvents: RoomEvents) =>
  ({ getSpaceHierarchy: getSpaceHierarchy(roomEvents) }) satisfies Partial<HandlersOf<typeof clientServer>>;
