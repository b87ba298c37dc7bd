import type { StateLookup } from '../event-auth/auth-input.ts';
import { selectAuthEventKeys } from '../event-auth/auth-events-selection.ts';
import type { Pdu } from '../events/pdu.ts';
import type { EventId, RoomId, UserId } from '../identifiers.ts';
import type { JsonObject } from '../json.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';
import { toStateKey, type StateKey } from '../state-resolution/state-key.ts';

export const anna = '@anna:a.example';
export const bernd = '@bernd:b.example';
export const clara = '@clara:c.example';
export const dora = '@dora:d.example';

/** The parts of an event that a test cares about. */
export interface EventDraft {
  readonly type: string;
  readonly sender: string;
  readonly stateKey?: string | undefined;
  readonly content?: JsonObject;
  readonly eventId?: string;
  readonly roomId?: string;
  readonly prevEvents?: readonly string[];
  readonly authEvents?: readonly string[];
  readonly redacts?: string | undefined;
  readonly depth?: number;
  readonly originServerTs?: number;
  readonly json?: JsonObject;
}

/** An event without signatures and hashes, which the rules under test do not look at. */
export function toPdu(draft: EventDraft & { readonly eventId: string; readonly roomId: string }): Pdu {
  const content = draft.content ?? {};
  // Test data is written by hand; its identifiers have the right form where it matters.
  return {
    eventId: draft.eventId as EventId,
    roomId: draft.roomId as RoomId,
    type: draft.type,
    stateKey: draft.stateKey,
    sender: draft.sender as UserId,
    content,
    depth: draft.depth ?? 1,
    originServerTs: draft.originServerTs ?? 1,
    prevEvents: (draft.prevEvents ?? []) as readonly EventId[],
    authEvents: (draft.authEvents ?? []) as readonly EventId[],
    redacts: draft.redacts as EventId | undefined,
    json: draft.json ?? {
      type: draft.type,
      sender: draft.sender,
      content,
      ...(draft.stateKey === undefined ? {} : { state_key: draft.stateKey }),
    },
  };
}

/** A room whose state a test builds event by event; nothing is checked while building. */
export class TestRoom {
  readonly version: RoomVersion;
  readonly roomId: string;
  readonly create: Pdu;
  readonly events = new Map<EventId, Pdu>();
  readonly rejected = new Set<EventId>();
  readonly state = new Map<StateKey, EventId>();
  #count = 0;

  constructor(version: RoomVersion, createContent: JsonObject = {}) {
    this.version = version;
    this.roomId = version.roomIdIsCreateHash ? '!create' : '!room:a.example';
    const creator = version.createHasCreator ? { creator: anna } : {};
    this.create = this.put({
      type: 'm.room.create',
      stateKey: '',
      sender: anna,
      content: { room_version: version.id, ...creator, ...createContent },
      eventId: version.eventIdFormat === 'wire' ? '$create:a.example' : '$create',
    });
  }

  /** Builds an event that follows on the state: `authEvents` are selected from it, `prevEvents` are its last event. */
  build(draft: EventDraft): Pdu {
    this.#count += 1;
    const domain = draft.sender.slice(draft.sender.indexOf(':'));
    const keys = selectAuthEventKeys({ content: {}, stateKey: undefined, ...draft }, this.version);
    const authEvents = keys.flatMap((key) => this.state.get(toStateKey(...key)) ?? []);
    const previous = [...this.events.keys()].at(-1);
    return toPdu({
      eventId: `$event${this.#count}${this.version.eventIdFormat === 'wire' ? domain : ''}`,
      roomId: this.roomId,
      authEvents,
      prevEvents: previous === undefined ? [] : [previous],
      depth: this.#count,
      originServerTs: this.#count,
      ...draft,
    });
  }

  /** Builds an event and makes it part of the state. */
  put(draft: EventDraft): Pdu {
    const pdu = this.build(draft);
    this.events.set(pdu.eventId, pdu);
    if (pdu.stateKey !== undefined) this.state.set(toStateKey(pdu.type, pdu.stateKey), pdu.eventId);
    return pdu;
  }

  putMember(userId: string, membership: string, sender: string = userId): Pdu {
    return this.put({ type: 'm.room.member', sender, stateKey: userId, content: { membership } });
  }

  putJoinRule(joinRule: string): Pdu {
    return this.put({ type: 'm.room.join_rules', sender: anna, stateKey: '', content: { join_rule: joinRule } });
  }

  putPowerLevels(content: JsonObject): Pdu {
    return this.put({ type: 'm.room.power_levels', sender: anna, stateKey: '', content });
  }

  readonly lookup: StateLookup = (type, stateKey) => {
    const eventId = this.state.get(toStateKey(type, stateKey));
    return eventId === undefined ? undefined : this.events.get(eventId);
  };

  readonly find = (eventId: EventId): { readonly event: Pdu; readonly rejected: boolean } | undefined => {
    const event = this.events.get(eventId);
    return event && { event, rejected: this.rejected.has(eventId) };
  };
}
