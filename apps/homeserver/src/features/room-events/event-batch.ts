import { newEventsOf, type StagedAppend } from './staged-append.ts';
import type { StagedEvent } from './staged-event.ts';
import { redactedForm } from './redactions.ts';
import { CommittedEvent, type StoredEvent } from './stored-event.ts';

/** A room row as the batch leaves it. */
export interface RoomRow {
  readonly nid: number;
  readonly id: string;
  readonly version: string;
  readonly extremities: string;
  readonly depth: number;
  readonly notifySeq: number;
  readonly isNew: boolean;
}

export interface IntervalRow {
  readonly roomNid: number;
  readonly type: string;
  readonly stateKey: string;
  readonly fromPos: number;
  toPos: number | null;
  readonly value: string | null;
}

export interface MembershipRow {
  readonly userId: string;
  readonly roomNid: number;
  readonly membership: string;
  readonly eventPos: number;
  readonly eventId: string;
  readonly sender: string;
}

/** Everything that one statement writes. */
export interface EventBatch {
  readonly events: CommittedEvent[];
  readonly rooms: RoomRow[];
  /** Intervals that were open before the batch and end in it. */
  readonly closed: {
    readonly roomNid: number;
    readonly type: string;
    readonly stateKey: string;
    readonly toPos: number;
  }[];
  readonly opened: IntervalRow[];
  readonly memberships: MembershipRow[];
  /** Stored events that lose their content. */
  readonly redacted: StoredEvent[];
}

const intervalValue = (event: StagedEvent): string | null => {
  if (event.membership !== undefined) return event.membership.to;
  const visibility =
    event.pdu.type === 'm.room.history_visibility' ? event.pdu.content['history_visibility'] : undefined;
  return typeof visibility === 'string' ? visibility : null;
};

/** Arranges staged events for writing, with positions from `first` on. Rows that the batch itself changes again are merged. */
export function arrangeBatch(appends: readonly StagedAppend[], first: number): EventBatch {
  const batch: EventBatch = { events: [], rooms: [], closed: [], opened: [], memberships: [], redacted: [] };
  const rooms = new Map<number, RoomRow>();
  const intervals = new Map<string, IntervalRow>();
  const memberships = new Map<string, MembershipRow>();
  let pos = first;
  for (const append of appends) {
    const { state } = append.actor;
    for (const staged of newEventsOf(append)) {
      const { pdu } = staged;
      const event = commit(append, staged, pos);
      batch.events.push(event);
      if (event.redactedTarget !== undefined) batch.redacted.push(event.redactedTarget);
      rooms.set(state.nid, {
        nid: state.nid,
        id: state.id,
        version: state.version.id,
        extremities: pdu.eventId,
        depth: pdu.depth,
        notifySeq: staged.notifySeq,
        isNew: state.lastPos === 0,
      });
      if (pdu.stateKey !== undefined) {
        const key = `${state.nid} ${pdu.type.length} ${pdu.type}${pdu.stateKey}`;
        const previous = intervals.get(key);
        if (previous !== undefined) previous.toPos = pos;
        else if (staged.replaces !== undefined)
          batch.closed.push({ roomNid: state.nid, type: pdu.type, stateKey: pdu.stateKey, toPos: pos });
        const row: IntervalRow = {
          roomNid: state.nid,
          type: pdu.type,
          stateKey: pdu.stateKey,
          fromPos: pos,
          toPos: null,
          value: intervalValue(staged),
        };
        intervals.set(key, row);
        batch.opened.push(row);
        if (staged.membership !== undefined) {
          const row: MembershipRow = {
            userId: pdu.stateKey,
            roomNid: state.nid,
            membership: staged.membership.to,
            eventPos: pos,
            eventId: pdu.eventId,
            sender: pdu.sender,
          };
          memberships.set(key, row);
        }
      }
      pos += 1;
    }
  }
  batch.rooms.push(...rooms.values());
  batch.memberships.push(...memberships.values());
  return batch;
}

function commit({ actor }: StagedAppend, staged: StagedEvent, pos: number): CommittedEvent {
  const { pdu } = staged;
  const fields = {
    pos,
    roomNid: actor.state.nid,
    roomId: actor.roomId,
    version: actor.state.version,
    eventId: pdu.eventId,
    type: pdu.type,
    stateKey: pdu.stateKey,
    sender: pdu.sender,
    originServerTs: pdu.originServerTs,
    depth: pdu.depth,
    json: staged.json,
    contentFrom: staged.contentFrom,
    contentTo: staged.contentTo,
    unreadFlags: staged.unreadFlags,
    notifySeq: staged.notifySeq,
    relatesTo: staged.relatesTo,
    replacesState: staged.replaces?.eventId,
    redactedBy: undefined,
    transaction: staged.transaction,
  };
  const context = {
    pdu,
    previousContent: staged.replaces?.contentJson,
    membership:
      staged.membership === undefined
        ? undefined
        : // A member event's state key is the user it is about; the auth rules saw to that.
          { userId: pdu.stateKey as CommittedEvent['sender'], ...staged.membership },
    redactedTarget: undefined,
  };
  const event = new CommittedEvent(fields, context);
  if (staged.redactionTarget === undefined) return event;
  return new CommittedEvent(fields, { ...context, redactedTarget: redactedForm(staged.redactionTarget, event) });
}
