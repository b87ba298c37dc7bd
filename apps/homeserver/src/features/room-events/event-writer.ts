import type { Database } from '../../database/database.ts';
import type { Log } from '../../platform/log.ts';
import type { StreamPosition } from '../../streams/stream-position.ts';
import { arrangeBatch } from './event-batch.ts';
import type { AppendedEvent } from './event-intent.ts';
import { recoverAppends, wasCommitted } from './failed-flush.ts';
import { GroupCommitter } from './group-committer.ts';
import type { MembershipIndex } from './membership-index.ts';
import { addPolicySignatures, needsPolicySignature, type AskPolicyServer } from './policy-signatures.ts';
import { RoomMovedError, type RoomActor } from './room-actor.ts';
import type { RoomRegistry } from './room-registry.ts';
import { stageEvents, type StageContext, type WantedEvents } from './stage-events.ts';
import { newEventsOf, type StagedAppend } from './staged-append.ts';
import type { StagedIntent } from './staged-event.ts';
import type { CommittedEvent } from './stored-event.ts';
import { writeStatement } from './write-events.ts';

/** Hears of every batch that became visible, in order. */
export type CommitListener = (events: readonly CommittedEvent[]) => void;

interface Dependencies {
  readonly database: Database;
  readonly log: Log;
  readonly position: StreamPosition;
  readonly rooms: RoomRegistry;
  readonly memberships: MembershipIndex;
  readonly stage: StageContext;
  readonly askPolicyServer: AskPolicyServer;
}

function resultOf(
  { actor }: StagedAppend,
  intent: StagedIntent,
  next: () => CommittedEvent | undefined,
): AppendedEvent {
  if (intent.kind === 'unchanged') {
    const pos = actor.state.state(intent.type, intent.stateKey)?.pos ?? actor.state.lastPos;
    return { eventId: intent.eventId, pos };
  }
  const event = next();
  if (event === undefined) throw new Error('a batch returned fewer events than were staged');
  return { eventId: event.eventId, pos: event.pos };
}

/** The way of an event: staged in memory, written with others in one statement, announced when it is durable. */
export class EventWriter {
  readonly #d: Dependencies;
  readonly #committer: GroupCommitter;
  readonly #listeners: CommitListener[] = [];

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    const { log, stage, database } = dependencies;
    this.#committer = new GroupCommitter({
      flush: async (appends) => this.#flush(appends),
      recover: async (pending, error) => {
        log.warn({ err: error, appendCount: pending.length }, 'a batch of events was not written; trying its parts');
        await recoverAppends(pending, { flush: async (append) => this.#flush([append]), stage, database });
      },
    });
  }

  onCommitted(listener: CommitListener): void {
    this.#listeners.push(listener);
  }

  /** Set while a failure is dealt with: nothing may be staged until it resolves. */
  get recovery(): Promise<void> | undefined {
    return this.#committer.recovery;
  }

  async settle(): Promise<void> {
    await this.#committer.settle();
  }

  /** Stages without waiting and hands the events over: between the two nobody else gets at the room. */
  async commit(actor: RoomActor, wanted: WantedEvents): Promise<readonly AppendedEvent[]> {
    this.#committer.assertReady();
    const staged = stageEvents(actor, wanted, this.#d.stage);
    return this.#committer.commit({ actor, wanted, staged, isPolicySigned: false });
  }

  /**
   * As {@link commit}, for rooms that may have a policy server; resolves when the events are handed over. Others get at the
   * room while it is asked: throws {@link RoomMovedError}, now or in `written`, when one did and the events fit no more.
   */
  async commitSigned(
    actor: RoomActor,
    wanted: WantedEvents,
  ): Promise<{ readonly written: Promise<readonly AppendedEvent[]> }> {
    this.#committer.assertReady();
    const { head } = actor;
    const staged = stageEvents(actor.draft(), wanted, this.#d.stage);
    if (!needsPolicySignature(staged)) return { written: this.commit(actor, wanted) };
    const signed = await addPolicySignatures(staged, actor.state.version, this.#d.askPolicyServer);
    const isKnown = actor.isNew || this.#d.rooms.peek(actor.roomId) === actor;
    if (!isKnown || actor.head !== head || this.recovery !== undefined) throw new RoomMovedError();
    actor.chain(newEventsOf({ staged: signed }));
    return { written: this.#committer.commit({ actor, wanted, staged: signed, isPolicySigned: true }) };
  }

  /** Writes one batch and announces it. Rejects only when nothing of it was or will be written. */
  async #flush(appends: readonly StagedAppend[]): Promise<readonly (readonly AppendedEvent[])[]> {
    const count = appends.reduce((sum, append) => sum + newEventsOf(append).length, 0);
    const events = count === 0 ? [] : await this.#write(appends, count);
    let at = 0;
    return appends.map((append) => append.staged.map((intent) => resultOf(append, intent, () => events[at++])));
  }

  async #write(appends: readonly StagedAppend[], count: number): Promise<readonly CommittedEvent[]> {
    const { database, position } = this.#d;
    return position.write(
      count,
      async (first) => {
        const batch = arrangeBatch(appends, first);
        try {
          await database.execute(writeStatement(batch));
        } catch (error) {
          if (!(await wasCommitted(database, batch, error))) throw error;
        }
        return batch.events;
      },
      (events) => this.#announce(appends, events),
    );
  }

  #announce(appends: readonly StagedAppend[], events: readonly CommittedEvent[]): void {
    const { rooms, memberships, log } = this.#d;
    let at = 0;
    for (const append of appends) {
      const staged = newEventsOf(append);
      const committed = events.slice(at, (at += staged.length));
      for (const event of committed) {
        append.actor.state.apply(event);
        if (event.redactedTarget !== undefined) append.actor.state.replace(event.redactedTarget);
        memberships.apply(event);
      }
      append.actor.commit(staged);
      rooms.adopt(append.actor);
    }
    for (const listener of this.#listeners) {
      try {
        listener(events);
      } catch (error) {
        // What is durable stays so, whatever a reader of the news makes of it; the others hear it too.
        log.error({ err: error }, 'a listener to committed events failed');
      }
    }
    for (const event of events) event.forgetParsed();
  }
}
