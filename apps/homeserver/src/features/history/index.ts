import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { getEventByTimestamp } from './endpoints/get-event-by-timestamp.ts';
import { getEventContext } from './endpoints/get-event-context.ts';
import { getOneEvent } from './endpoints/get-one-event.ts';
import { getOneRoomEvent } from './endpoints/get-one-room-event.ts';
import { getRoomEvents } from './endpoints/get-room-events.ts';
import { getThreadRoots } from './endpoints/get-thread-roots.ts';
import { getJoinedMembersByRoom, getMembersByRoom } from './endpoints/members.ts';
import {
  getRelatingEvents,
  getRelatingEventsWithRelType,
  getRelatingEventsWithRelTypeAndEventType,
} from './endpoints/relations.ts';
import { roomInitialSync, type RoomPlaces } from './endpoints/room-initial-sync.ts';
import { getRoomState, getRoomStateWithKey } from './endpoints/room-state.ts';
import type { HistoryOptions } from './room-access.ts';

export { getEventByTimestamp, getEventContext, getRoomEvents };
export { compileEventFilter, type EventFilter } from './event-filter.ts';
export { RoomPeeks } from './room-peeks.ts';
export { readPage } from './page.ts';
export { encodePlace } from './places.ts';
export {
  gateOf,
  getVisibleEvent,
  openRoom,
  presentEvents,
  presentState,
  readableState,
  type HistoryOptions,
  type RoomAccess,
} from './room-access.ts';

export const historyHandlers = (options: HistoryOptions, places: RoomPlaces) =>
  ({
    getRoomEvents: getRoomEvents(options),
    getEventContext: getEventContext(options),
    getOneEvent: getOneEvent(options),
    roomInitialSync: roomInitialSync(options, places),
    getOneRoomEvent: getOneRoomEvent(options),
    getRoomState: getRoomState(options),
    getRoomStateWithKey: getRoomStateWithKey(options),
    getMembersByRoom: getMembersByRoom(options),
    getJoinedMembersByRoom: getJoinedMembersByRoom(options),
    getRelatingEvents: getRelatingEvents(options),
    getRelatingEventsWithRelType: getRelatingEventsWithRelType(options),
    getRelatingEventsWithRelTypeAndEventType: getRelatingEventsWithRelTypeAndEventType(options),
    getThreadRoots: getThreadRoots(options),
    getEventByTimestamp: getEventByTimestamp(options),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
