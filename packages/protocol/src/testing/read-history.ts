/// <reference types="node" />
import { readdirSync, readFileSync } from 'node:fs';
import type { Pdu } from '../events/pdu.ts';
import type { EventId } from '../identifiers.ts';
import type { JsonObject } from '../json.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';
import { toPdu } from './test-room.ts';
import type { KnownEvents } from '../state-resolution/known-events.ts';
import { toStateKey, type StateKey } from '../state-resolution/state-key.ts';

interface HistoryFile {
  readonly about: string;
  readonly events: readonly {
    readonly id: string;
    readonly type: string;
    readonly sender: string;
    readonly stateKey: string;
    readonly content: JsonObject;
    readonly auth: readonly string[];
    readonly ts: number;
    readonly depth?: number;
    readonly rejected?: boolean;
  }[];
  readonly stateSets: readonly (readonly string[])[];
  readonly resolved: Readonly<Partial<Record<RoomVersion['stateResolution'], readonly string[]>>>;
}

/** The history of a room, with its state sets and the state that each algorithm makes of them. */
export interface RoomHistory {
  readonly events: KnownEvents;
  readonly stateSets: readonly ReadonlyMap<StateKey, EventId>[];
  readonly resolved: readonly string[] | undefined;
}

const folder = new URL('../state-resolution/histories/', import.meta.url);

/** The names of all histories. */
export function listHistories(): readonly string[] {
  return readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
}

/**
 * Reads a history as one of a room of this version. Where the room id is the create event's, no event cites it; where
 * creators are privileged, power levels do not name them.
 */
export function readHistory(name: string, version: RoomVersion): RoomHistory {
  // The files are ours; a wrong one fails the test that reads it.
  const file = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as HistoryFile;
  const pdus = new Map<string, Pdu>();
  for (const { id, auth, ts, content, ...event } of file.events) {
    const pdu = toPdu({
      ...event,
      eventId: `$${id}`,
      roomId: version.roomIdIsCreateHash ? '!create' : '!room:a.example',
      content: adapt(event.type, event.sender, content, version),
      authEvents: auth.filter((other) => other !== 'create' || !version.roomIdIsCreateHash).map((other) => `$${other}`),
      originServerTs: ts,
    });
    pdus.set(pdu.eventId, pdu);
  }
  const get = (eventId: string): Pdu => {
    const pdu = pdus.get(eventId);
    if (pdu === undefined) throw new Error(`history ${name} has no event ${eventId}`);
    return pdu;
  };
  const rejected = new Set(file.events.filter((event) => event.rejected).map(({ id }) => `$${id}`));
  const keyOf = ({ type, stateKey = '' }: Pdu): StateKey => toStateKey(type, stateKey);
  return {
    events: { get, isRejected: (eventId) => rejected.has(eventId) },
    stateSets: file.stateSets.map(
      (ids) => new Map(ids.map((id) => get(`$${id}`)).map((pdu) => [keyOf(pdu), pdu.eventId])),
    ),
    resolved: file.resolved[version.stateResolution],
  };
}

function adapt(type: string, sender: string, content: JsonObject, version: RoomVersion): JsonObject {
  if (type === 'm.room.create') return version.createHasCreator ? { ...content, creator: sender } : content;
  if (type !== 'm.room.power_levels' || !version.creatorsArePrivileged) return content;
  // Anna creates the room of every history.
  const { '@anna:a.example': _creator, ...users } = content['users'] as JsonObject;
  return { ...content, users };
}
