export type { BundleViewer } from './bundles.ts';
export { departureJson, listDepartures, type Departure } from './departures.ts';
export { readRelation } from './event-intent.ts';
export { emptiedEvent } from './redactions.ts';
export { hasAnnotation, isRelated, listRelations, listThreads, relatedIds } from './relations.ts';
export type { AppendedEvent, AppendOptions, EventIntent, RelatesTo, TransactionKey } from './event-intent.ts';
export { listEventTimes } from './event-times.ts';
export { ExpiredMessages } from './expired-messages.ts';
export { listEvents } from './event-rows.ts';
export {
  delayedSessionKeyOf,
  sessionKeyOf,
  toClientJson,
  toDatedStrippedJson,
  toStrippedJson,
  type Viewer,
} from './client-event.ts';
export type { Memberships } from './membership-index.ts';
export { canSee, filterVisible, inspectorOf, readerOf, readersOf, type RoomReader } from './reader-gate.ts';
export { membershipIn, type RoomView } from './room-state.ts';
export type { CommitListener } from './event-writer.ts';
export { RoomEvents, type RoomEventsOptions } from './service.ts';
export type { UnreadClassifier } from './stage-events.ts';
export {
  listEverJoined,
  listStateAt,
  listStateChanges,
  wasEverJoined,
  type MembershipRecord,
  type Stay,
} from './store.ts';
export type { HistoryPurge, Purged } from './history-purge.ts';
export type { RemovalStep, RoomKey } from './room-removal.ts';
export { countRoomsJoined, countSentInvites } from './member-counts.ts';
export { listUnredacted } from './sent-events.ts';
export { lifetimeOf, type RetentionLimits } from './lifetime.ts';
export { listRoomPolicies, listRoomsWithOldMessages, type PurgeRange } from './purge-store.ts';
export { CommittedEvent, StoredEvent, type MembershipChange } from './stored-event.ts';
export {
  listChangedRooms,
  listEventsOfTypes,
  listLastOfTypes,
  listNotifySeqs,
  listTimelines,
  type TimelineRange,
} from './timeline.ts';
