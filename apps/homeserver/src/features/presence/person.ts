import type { UserId } from '@stafette/protocol';

export type PresenceState = 'online' | 'unavailable' | 'offline';

/** How somebody appears to others. */
export interface Appearance {
  readonly state: PresenceState;
  readonly statusMsg: string | undefined;
}

/** What people are shown of somebody besides. */
export interface PresenceProfile {
  readonly displayname?: string;
  readonly avatar_url?: string;
}

/** What the database keeps of somebody. */
export interface StoredPerson extends Appearance {
  readonly userId: UserId;
  readonly lastActiveMs: number;
  readonly position: number;
}

/** A device that does not ask for news any more is gone after this time, ms. */
export const OFFLINE_AFTER_MS = 30_000;
/** Whoever did nothing for this time is idle, whatever their devices say, ms. */
export const IDLE_AFTER_MS = 5 * 60_000;

/** A client that asks for news now or did a moment ago. */
interface Connection {
  state: 'online' | 'unavailable';
  /** Requests that are waiting or being answered. */
  requests: number;
  /** When the last one ended. */
  seenMs: number;
}

/** Somebody with all their devices, of which the most active one says how they appear. */
export class Person {
  readonly userId: UserId;
  lastActiveMs: number;
  /** How they appear from now on. */
  current: Appearance;
  /** How they appear to those who were told: what is in the database. Undefined before the first time. */
  told: Appearance | undefined;
  /** The one device by whose requests all came about that was not told yet; undefined when it was not one device alone. */
  changedBy: string | undefined;
  /** The same of what was told. */
  toldBy: string | undefined;
  /** They saw themselves as nobody was told they are, or are called otherwise: whatever comes of it is told. */
  mustBeTold = false;
  /** Since it last changed; nobody needs to be told of a name that they know. */
  profile: PresenceProfile | undefined;
  /** Of what was told. */
  position = 0;
  /** By device; '' for an application service without one. */
  readonly #connections = new Map<string, Connection>();

  constructor(userId: UserId, nowMs: number) {
    this.userId = userId;
    this.lastActiveMs = nowMs;
    this.current = { state: 'offline', statusMsg: undefined };
  }

  /** Somebody from before a restart: present as they were until their devices have had time to come back. */
  static restore({ userId, state, statusMsg, lastActiveMs, position }: StoredPerson, nowMs: number): Person {
    const person = new Person(userId, lastActiveMs);
    person.current = { state, statusMsg };
    person.told = person.current;
    person.position = position;
    if (state !== 'offline') person.#connections.set('', { state, requests: 0, seenMs: nowMs });
    return person;
  }

  /** A device asks for news. Returns what is called when it has them. */
  connect(device: string, state: Connection['state'], nowMs: number): (nowMs: number) => void {
    const known = this.#connections.get(device);
    // Coming online is something that somebody does; staying so is not.
    if (state === 'online' && (known?.state !== 'online' || isGone(known, nowMs))) this.lastActiveMs = nowMs;
    const connection = known ?? { state, requests: 0, seenMs: nowMs };
    this.#connections.set(device, connection);
    connection.state = state;
    connection.requests += 1;
    return (endMs) => {
      connection.requests -= 1;
      connection.seenMs = endMs;
    };
  }

  /** A device does not want to be seen. */
  disconnect(device: string): void {
    this.#connections.delete(device);
  }

  /** They did something, on whatever device: none of them is idle any more. */
  comeBack(nowMs: number): void {
    this.lastActiveMs = nowMs;
    for (const connection of this.#connections.values()) connection.state = 'online';
  }

  /** What the devices say; those that are gone are forgotten. */
  stateAt(nowMs: number): PresenceState {
    let state: PresenceState = 'offline';
    for (const [device, connection] of this.#connections) {
      if (isGone(connection, nowMs)) this.#connections.delete(device);
      else if (connection.state === 'online' && nowMs - this.lastActiveMs < IDLE_AFTER_MS) state = 'online';
      else if (state === 'offline') state = 'unavailable';
    }
    return state;
  }
}

const isGone = ({ requests, seenMs }: Connection, nowMs: number): boolean =>
  requests === 0 && nowMs - seenMs >= OFFLINE_AFTER_MS;
