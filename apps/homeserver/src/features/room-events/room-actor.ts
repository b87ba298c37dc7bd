import {
  serverNameOf,
  type EventReference,
  type Pdu,
  type RoomId,
  type ServerName,
  type StateLookup,
  type UserId,
} from '@stafette/protocol';
import type { EventIntent } from './event-intent.ts';
import { stateMapKey, type RoomState } from './room-state.ts';
import type { StagedEvent } from './staged-event.ts';

/** Where the next event of a room attaches. */
export interface RoomHead {
  readonly extremities: readonly EventReference[];
  readonly depth: number;
  readonly notifySeq: number;
}

/** Events that were made stand no longer on the end of their room, and are to be made anew. */
export class RoomMovedError extends Error {
  override readonly name = 'RoomMovedError';
}

/** What a state event, written or not yet, contributes to the next event. */
export interface StateInForce {
  readonly pdu: Pdu;
  readonly contentJson: string;
}

/**
 * The only writer of one room. Next to the committed state it holds the tentative chain: events that are built and
 * waiting for their commit. New events are authorised against that chain, so that any number of them fit into one batch.
 */
export class RoomActor {
  readonly state: RoomState;
  #committed: RoomHead;
  #head: RoomHead;
  /** State events of the tentative chain, newest per key. */
  readonly #tentative = new Map<string, StagedEvent>();
  /** What a draft was made of. */
  #beneath: RoomActor | undefined;

  constructor(state: RoomState, head: RoomHead) {
    this.state = state;
    this.#committed = head;
    this.#head = head;
  }

  get roomId(): RoomId {
    return this.state.id;
  }

  get head(): RoomHead {
    return this.#head;
  }

  /** The state that the next event meets. */
  find(type: string, stateKey: string): StateInForce | undefined {
    const staged = this.#tentative.get(stateMapKey(type, stateKey));
    if (staged === undefined)
      return this.#beneath === undefined ? this.state.state(type, stateKey) : this.#beneath.find(type, stateKey);
    return { pdu: staged.pdu, contentJson: staged.json.slice(staged.contentFrom, staged.contentTo) };
  }

  readonly lookup: StateLookup = (type, stateKey) => this.find(type, stateKey)?.pdu;

  /** Whether the next event meets a user of that server in the room. */
  hasJoinedUserOf(serverName: ServerName): boolean {
    for (const { pdu } of this.#tentative.values())
      if (pdu.type === 'm.room.member' && pdu.content['membership'] === 'join')
        // The auth rules let a member event have nothing but a user id as its state key.
        if (serverNameOf(pdu.stateKey as UserId) === serverName) return true;
    return (this.#beneath ?? this.state).hasJoinedUserOf(serverName);
  }

  /** Extends the tentative chain. */
  chain(events: readonly StagedEvent[]): void {
    for (const event of events) {
      this.#head = { extremities: [event.reference], depth: event.pdu.depth, notifySeq: event.notifySeq };
      if (event.pdu.stateKey !== undefined) this.#tentative.set(stateMapKey(event.pdu.type, event.pdu.stateKey), event);
    }
  }

  /** A copy to try further events on; one that fails leaves no trace. */
  draft(): RoomActor {
    const draft = new RoomActor(this.state, this.#head);
    draft.#beneath = this;
    return draft;
  }

  /** Takes over what was chained to a draft. */
  adopt(draft: RoomActor): void {
    this.#head = draft.#head;
    for (const [key, event] of draft.#tentative) this.#tentative.set(key, event);
  }

  /** None of its events is written yet: nobody else knows the room. */
  get isNew(): boolean {
    return this.state.lastPos === 0;
  }

  /** Nothing waits for its commit. */
  get isIdle(): boolean {
    return this.#head === this.#committed;
  }

  /** The events are durable and applied to {@link state}: they leave the tentative chain. */
  commit(events: readonly StagedEvent[]): void {
    for (const event of events) {
      const isLast = this.#head.extremities[0] === event.reference;
      this.#committed = isLast
        ? this.#head
        : { extremities: [event.reference], depth: event.pdu.depth, notifySeq: event.notifySeq };
      if (event.pdu.stateKey === undefined) continue;
      const key = stateMapKey(event.pdu.type, event.pdu.stateKey);
      if (this.#tentative.get(key) === event) this.#tentative.delete(key);
    }
  }

  /** Drops everything that is not committed. */
  reset(): void {
    this.#tentative.clear();
    this.#head = this.#committed;
  }
}

/** Whether an intent says what the room's state says already, by the same user: then no event is made. */
export const isRepetition = (intent: EventIntent, inForce: StateInForce, contentJson: string): boolean =>
  inForce.pdu.sender === intent.sender && inForce.contentJson === contentJson;
