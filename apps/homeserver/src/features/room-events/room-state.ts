import {
  creatorsOf,
  readHistoryVisibility,
  readPowerLevels,
  serverNameOf,
  type HistoryVisibility,
  type PowerLevels,
  type RoomId,
  type RoomVersion,
  type ServerName,
  type UserId,
} from '@stafette/protocol';
import type { Clock } from '../../platform/clock.ts';
import { lifetimeOf, NO_LIMITS, type RetentionLimits } from './lifetime.ts';
import type { StoredEvent } from './stored-event.ts';

/** Type and state key as one map key; a type with NUL is refused before it gets here. */
export const stateMapKey = (type: string, stateKey: string): string => `${type}\0${stateKey}`;

/** A room as everybody may read it: its committed state, served from memory. */
export interface RoomView {
  readonly nid: number;
  readonly id: RoomId;
  readonly version: RoomVersion;
  readonly isEncrypted: boolean;
  readonly powerLevels: PowerLevels;
  readonly creators: readonly string[];
  readonly historyVisibility: HistoryVisibility;
  /** `invite` when the room says nothing. */
  readonly joinRule: string;
  /** Position of the newest event. */
  readonly lastPos: number;
  /** The room's running count of notifying events. */
  readonly notifySeq: number;
  readonly joinedCount: number;
  readonly invitedCount: number;
  /** How long messages are kept, in milliseconds; undefined: for ever. */
  readonly lifetimeMs: number | undefined;
  /** Position of the newest message that was deleted; 0 when none was. */
  readonly purgedUpTo: number;
  /** Whether an event is older than messages get here. State never is. */
  hasExpired(event: Pick<StoredEvent, 'stateKey' | 'originServerTs'>): boolean;
  state(type: string, stateKey: string): StoredEvent | undefined;
  allState(): Iterable<StoredEvent>;
  /** Undefined when the room has never heard of the user. */
  membershipOf(userId: string): string | undefined;
  members(): ReadonlyMap<UserId, string>;
  /** Users of this server who are in the room. */
  joinedLocalUsers(): ReadonlySet<UserId>;
}

const textOf = (event: StoredEvent | undefined, key: string): string | undefined => {
  const value = event?.content[key];
  return typeof value === 'string' ? value : undefined;
};

/** What a member event makes of the user; a content without a membership counts as having left. */
export const membershipIn = (event: Pick<StoredEvent, 'content'>): string => {
  const membership = event.content['membership'];
  return typeof membership === 'string' ? membership : 'leave';
};

/** What all rooms have in common. */
export interface RoomStateContext {
  readonly serverName: ServerName;
  readonly clock: Clock;
  readonly retention?: RetentionLimits;
}

/** The committed state of one room. Changed only by its actor, event by event, as events become visible. */
export class RoomState implements RoomView {
  readonly nid: number;
  readonly id: RoomId;
  readonly version: RoomVersion;
  readonly #context: RoomStateContext;
  readonly #state = new Map<string, StoredEvent>();
  readonly #members = new Map<UserId, string>();
  readonly #joinedLocal = new Set<UserId>();
  /** Joined users of each server that has any. */
  readonly #joinedOf = new Map<ServerName, number>();
  #joined = 0;
  #invited = 0;
  #levels: PowerLevels | undefined;
  lifetimeMs: number | undefined;
  lastPos = 0;
  notifySeq = 0;
  purgedUpTo = 0;

  constructor(
    room: { readonly nid: number; readonly id: RoomId; readonly version: RoomVersion },
    context: RoomStateContext,
  ) {
    this.nid = room.nid;
    this.id = room.id;
    this.version = room.version;
    this.#context = context;
    this.lifetimeMs = context.retention?.defaultMs;
  }

  get isEncrypted(): boolean {
    return this.#state.has(stateMapKey('m.room.encryption', ''));
  }

  get creators(): readonly string[] {
    const create = this.state('m.room.create', '');
    return create === undefined ? [] : creatorsOf(create.pdu, this.version);
  }

  get powerLevels(): PowerLevels {
    this.#levels ??= readPowerLevels(this.state('m.room.power_levels', '')?.content, this.version, this.creators);
    return this.#levels;
  }

  get historyVisibility(): HistoryVisibility {
    return readHistoryVisibility(this.state('m.room.history_visibility', '')?.content);
  }

  get joinRule(): string {
    return textOf(this.state('m.room.join_rules', ''), 'join_rule') ?? 'invite';
  }

  get joinedCount(): number {
    return this.#joined;
  }

  get invitedCount(): number {
    return this.#invited;
  }

  hasJoinedUserOf(serverName: ServerName): boolean {
    return this.#joinedOf.has(serverName);
  }

  hasExpired({ stateKey, originServerTs }: Pick<StoredEvent, 'stateKey' | 'originServerTs'>): boolean {
    return (
      this.lifetimeMs !== undefined &&
      stateKey === undefined &&
      originServerTs <= this.#context.clock.nowMs() - this.lifetimeMs
    );
  }

  state(type: string, stateKey: string): StoredEvent | undefined {
    return this.#state.get(stateMapKey(type, stateKey));
  }

  allState(): Iterable<StoredEvent> {
    return this.#state.values();
  }

  membershipOf(userId: string): string | undefined {
    // A map may be asked for any text; only users are in it.
    return this.#members.get(userId as UserId);
  }

  members(): ReadonlyMap<UserId, string> {
    return this.#members;
  }

  joinedLocalUsers(): ReadonlySet<UserId> {
    return this.#joinedLocal;
  }

  /** Takes in an event that has become visible. `membership` spares parsing a member event. */
  apply(event: StoredEvent, membership?: string): void {
    this.lastPos = Math.max(this.lastPos, event.pos);
    this.notifySeq = event.notifySeq;
    if (event.stateKey !== undefined) this.#put(event, event.stateKey, membership);
  }

  /** Replaces an event by its redacted form, if it is still in force. */
  replace(event: StoredEvent): void {
    if (event.stateKey !== undefined && this.state(event.type, event.stateKey)?.eventId === event.eventId)
      this.#put(event, event.stateKey);
  }

  #put(event: StoredEvent, stateKey: string, membership?: string): void {
    this.#state.set(stateMapKey(event.type, stateKey), event);
    if (event.type === 'm.room.power_levels' || event.type === 'm.room.create') this.#levels = undefined;
    if (event.type === 'm.room.retention' && stateKey === '')
      this.lifetimeMs = lifetimeOf(event.content, this.#context.retention ?? NO_LIMITS);
    // The auth rules let a member event have nothing but a user id as its state key.
    if (event.type === 'm.room.member') this.#setMembership(stateKey as UserId, membership ?? membershipIn(event));
  }

  #setMembership(userId: UserId, membership: string): void {
    const before = this.#members.get(userId);
    if (before === membership) return;
    this.#members.set(userId, membership);
    this.#joined += Number(membership === 'join') - Number(before === 'join');
    this.#invited += Number(membership === 'invite') - Number(before === 'invite');
    const serverName = serverNameOf(userId);
    const joined = (this.#joinedOf.get(serverName) ?? 0) + Number(membership === 'join') - Number(before === 'join');
    if (joined > 0) this.#joinedOf.set(serverName, joined);
    else this.#joinedOf.delete(serverName);
    if (serverName !== this.#context.serverName) return;
    if (membership === 'join') this.#joinedLocal.add(userId);
    else this.#joinedLocal.delete(userId);
  }
}
