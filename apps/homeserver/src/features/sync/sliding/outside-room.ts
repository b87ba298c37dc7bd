import type { Database } from '../../../database/database.ts';
import type { RoomEvents } from '../../room-events/index.ts';
import { objectOf } from '../core/json.ts';
import { strippedState } from '../core/stripped-state.ts';
import type { RoomPlan } from './plan-rooms.ts';
import { NOBODY, type RoomContext, type RoomPart } from './room-context.ts';
import { commonParts } from './room-fields.ts';

interface Dependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
}

/** A room that the user is invited to or knocks at: what somebody outside may know of it. */
export async function outsideRoom(
  { database, roomEvents }: Dependencies,
  context: RoomContext,
  plan: RoomPlan,
): Promise<RoomPart> {
  const { own } = plan;
  const events = await strippedState(roomEvents, database.reader, own, context.userId);
  const json = objectOf([
    ...commonParts(context, plan),
    [context.dialect.strippedState, `[${events.join(',')}]`],
    ['bump_stamp', String(own.pos)],
  ]);
  return { json, eventIds: [], people: NOBODY };
}
