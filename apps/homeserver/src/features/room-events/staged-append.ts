import type { EventId } from '@stafette/protocol';
import type { AppendOptions, EventIntent } from './event-intent.ts';
import type { RoomActor } from './room-actor.ts';
import type { StagedEvent, StagedIntent } from './staged-event.ts';
import type { StoredEvent } from './stored-event.ts';

/** One call of `append`: all of its events are written in one statement or none is. */
export interface StagedAppend {
  readonly actor: RoomActor;
  readonly intents: readonly EventIntent[];
  readonly options: AppendOptions;
  /** Targets of redactions among the intents, loaded before. */
  readonly redactionTargets: ReadonlyMap<EventId, StoredEvent>;
  readonly staged: readonly StagedIntent[];
}

export const newEventsOf = (append: Pick<StagedAppend, 'staged'>): readonly StagedEvent[] =>
  append.staged.flatMap((intent) => (intent.kind === 'new' ? [intent.event] : []));
