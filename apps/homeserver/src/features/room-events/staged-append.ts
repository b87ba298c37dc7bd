import type { RoomActor } from './room-actor.ts';
import type { WantedEvents } from './stage-events.ts';
import type { StagedEvent, StagedIntent } from './staged-event.ts';

/** One call of `append`: all of its events are written in one statement or none is. */
export interface StagedAppend {
  readonly actor: RoomActor;
  readonly wanted: WantedEvents;
  readonly staged: readonly StagedIntent[];
  /** A policy server signed the events: they cannot be made anew without asking it again. */
  readonly isPolicySigned: boolean;
}

export const newEventsOf = (append: Pick<StagedAppend, 'staged'>): readonly StagedEvent[] =>
  append.staged.flatMap((intent) => (intent.kind === 'new' ? [intent.event] : []));
