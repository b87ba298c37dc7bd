import type { DeviceId, UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Notifier } from '../../streams/notifier.ts';
import { StreamPosition } from '../../streams/stream-position.ts';
import type { CompanionFinder } from '../device-lists/index.ts';
import type { RoomEvents, RoomView } from '../room-events/index.ts';
import { Paced } from './paced.ts';
import { PeopleInRooms, type PresenceSince } from './people-in-rooms.ts';
import { Person, type Appearance, type PresenceProfile, type PresenceState, type StoredPerson } from './person.ts';
import { presenceContent, type PresenceContent } from './presence-content.ts';
import * as store from './store.ts';

/** Changes within this time are written and told together, ms. */
const PAUSE_BETWEEN_WRITES_MS = 250;
/** The pause after waking people, for each of them: at most 5,000 a second are, however large the rooms, ms. */
const PAUSE_PER_WOKEN_MS = 0.2;
/** How often is looked who has become idle or gone, ms. */
const LOOK_EVERY_MS = 5_000;

/** Whose appearance changed, in the tick in which that becomes visible. */
export interface PresenceNews {
  /** With the rooms that each of them is in. */
  readonly people: ReadonlyMap<UserId, readonly RoomView[]>;
  /** All those rooms. */
  readonly rooms: ReadonlySet<RoomView>;
  readonly position: number;
}

interface Change {
  readonly person: Person;
  readonly told: Appearance;
  readonly toldBy: string | undefined;
  readonly rooms: readonly RoomView[];
}

/** How somebody appears to a reader. */
export interface SeenPerson {
  readonly userId: UserId;
  readonly content: PresenceContent & PresenceProfile;
  /** The reader, whose own device made it so by asking for news: it comes along with news, and is none. */
  readonly isOwnDoing?: boolean;
}

/** Who asks how people appear. */
interface Viewer {
  readonly userId: UserId;
  readonly deviceId: DeviceId | undefined;
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly notifier: Notifier;
  readonly roomEvents: RoomEvents;
  readonly companions: CompanionFinder;
}

/** A device as a part of its user; an application service may have none. */
const keyOf = (deviceId: DeviceId | undefined): string => deviceId ?? '';

/** How somebody appears of whom nothing was told. */
const OFFLINE: Appearance = { state: 'offline', statusMsg: undefined };

const isSame = (one: Appearance, other: Appearance | undefined): boolean =>
  one.state === other?.state && one.statusMsg === other.statusMsg;

/**
 * Who is there. Devices, and what somebody did last, are in memory; how people appear is one row each, written before it
 * is told, since clients keep what they were told over a restart of the server. Nothing is kept of the past.
 *
 * 1. A request for news, a status that is set, or time that passes changes how somebody appears.
 * 2. All such changes of a quarter of a second are written by one statement and get one position.
 * 3. They are noted with the rooms of each person, and those in these rooms who wait are woken, once for all of it.
 * 4. An answer looks at the rooms with news, and in them at the people who changed; it tells how they appear by then.
 *
 * https://spec.matrix.org/v1.19/client-server-api/#presence
 */
export class Presence {
  readonly position: StreamPosition;
  readonly #d: Dependencies;
  readonly #people: Map<UserId, Person>;
  /** Those who are not offline. */
  readonly #around = new Set<Person>();
  /** Those who appear otherwise than was told. */
  readonly #changed = new Set<Person>();
  readonly #rooms: PeopleInRooms;
  readonly #listeners: ((news: PresenceNews) => void)[] = [];
  readonly #writing = new Paced(async () => this.#write());
  readonly #waking = new Paced(async () => this.#wake());
  readonly #toWake = { userIds: new Set<UserId>(), rooms: new Set<RoomView>() };
  readonly #timer: NodeJS.Timeout;

  private constructor(dependencies: Dependencies, stored: readonly StoredPerson[]) {
    const { clock, roomEvents } = dependencies;
    this.#d = dependencies;
    const startedAt = stored.reduce((last, { position }) => Math.max(last, position), 0);
    this.position = new StreamPosition('presence', startedAt);
    this.#people = new Map(stored.map((person) => [person.userId, Person.restore(person, clock.nowMs())]));
    this.#rooms = new PeopleInRooms({ ...dependencies, people: this.#people, startedAt });
    for (const person of this.#people.values()) if (person.current.state !== 'offline') this.#around.add(person);
    roomEvents.onCommitted((events) => events.forEach(({ sender }) => this.noteActivity(sender)));
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  static async open(dependencies: Dependencies): Promise<Presence> {
    return new Presence(dependencies, await store.listAll(dependencies.database.reader));
  }

  /** Called when it is visible that people appear otherwise, and before anybody is woken. */
  onChanged(listener: (news: PresenceNews) => void): void {
    this.#listeners.push(listener);
  }

  /** A device asks for news, by which its user is there. Returns what is called when it has its answer. */
  connect(userId: UserId, deviceId: DeviceId | undefined, state: PresenceState): () => void {
    // "The client is not marked as being online": what is known from other requests stays.
    if (state === 'offline') return () => {};
    const person = this.#personOf(userId);
    const end = person.connect(keyOf(deviceId), state, this.#d.clock.nowMs());
    this.#update(person, keyOf(deviceId));
    return () => end(this.#d.clock.nowMs());
  }

  /** Resolves when it is written and visible. `statusMsg` undefined: it stays; '' takes it away. */
  async set(
    { userId, deviceId }: { readonly userId: UserId; readonly deviceId: DeviceId | undefined },
    { state, statusMsg }: Appearance,
  ): Promise<void> {
    const nowMs = this.#d.clock.nowMs();
    const person = this.#personOf(userId);
    if (state === 'offline') person.disconnect(keyOf(deviceId));
    else person.connect(keyOf(deviceId), state, nowMs)(nowMs);
    person.lastActiveMs = nowMs;
    this.#appear(person, statusMsg === '' ? undefined : (statusMsg ?? person.current.statusMsg));
    if (!isSame(person.current, person.told)) await this.#writing.run();
  }

  /** How somebody appears now. The caller has decided who may ask. */
  get(userId: UserId): PresenceContent {
    const person = this.#people.get(userId);
    if (person === undefined) return { presence: 'offline' };
    this.#update(person);
    return presenceContent(person, person.current, this.#d.clock.nowMs());
  }

  /** Somebody did something. Whoever is offline, or wants to look so, stays it. */
  noteActivity(userId: UserId): void {
    const person = this.#people.get(userId);
    if (person === undefined || person.current.state === 'offline') return;
    const nowMs = this.#d.clock.nowMs();
    if (person.current.state === 'online') {
      person.lastActiveMs = nowMs;
      return;
    }
    person.comeBack(nowMs);
    this.#update(person);
  }

  /** Somebody has another name or picture: whoever was told how they appear hears of it. */
  noteProfile(userId: UserId, profile: PresenceProfile): void {
    const person = this.#people.get(userId);
    if (person === undefined) return;
    person.profile = profile;
    person.mustBeTold = true;
    this.#changed.add(person);
    this.#writeSoon();
  }

  /** Everybody whom the viewer may see and who is there, and the viewer; who changed last comes last. */
  async listPresent(viewer: Viewer): Promise<readonly SeenPerson[]> {
    const present = [...this.#around].filter(({ told }) => told !== undefined && told.state !== 'offline');
    return this.#see(viewer, await this.#rooms.sharing(viewer.userId, present), this.#people.has(viewer.userId));
  }

  /** Everybody who may appear otherwise to the viewer than they did then; who changed last comes last. */
  async listChanged(viewer: Viewer, since: PresenceSince): Promise<readonly SeenPerson[]> {
    const isOwnNew = (this.#people.get(viewer.userId)?.position ?? 0) > since.presence;
    return this.#see(viewer, await this.#rooms.changedSince(viewer.userId, since), isOwnNew);
  }

  /** How people appear to those who were told. */
  listTold(userIds: Iterable<UserId>): readonly SeenPerson[] {
    const nowMs = this.#d.clock.nowMs();
    return [...userIds].flatMap((userId) => {
      const person = this.#people.get(userId);
      return person?.told === undefined
        ? []
        : [{ userId, content: { ...presenceContent(person, person.told, nowMs), ...person.profile } }];
    });
  }

  /** Sees who has become idle or gone by now. */
  look(): void {
    for (const person of this.#around) this.#update(person);
    if (this.#changed.size > 0) this.#writeSoon();
  }

  /** Leaves nothing behind of what the account said or did; it is in no room any more. */
  async erase(userId: UserId): Promise<void> {
    const person = this.#people.get(userId);
    if (person === undefined) return;
    this.#people.delete(userId);
    this.#around.delete(person);
    this.#changed.delete(person);
    // What is being written of it comes before.
    await this.#writing.run();
    await this.#d.database.write((tx) => store.clear(tx, userId));
  }

  /** Resolves when everything that has changed is visible. */
  async settle(): Promise<void> {
    await this.#writing.run();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing.stop();
    await this.#waking.stop();
  }

  #personOf(userId: UserId): Person {
    let person = this.#people.get(userId);
    if (person === undefined) this.#people.set(userId, (person = new Person(userId, this.#d.clock.nowMs())));
    return person;
  }

  #update(person: Person, device?: string): void {
    this.#appear(person, person.current.statusMsg, device);
  }

  /** `device`: the one that asks for news, when that is what makes the difference. */
  #appear(person: Person, statusMsg: string | undefined, device?: string): void {
    const state = person.stateAt(this.#d.clock.nowMs());
    const appearance = { state, statusMsg };
    if (isSame(appearance, person.current)) return;
    if (isSame(person.current, person.told ?? OFFLINE)) person.changedBy = device;
    else if (person.changedBy !== device) person.changedBy = undefined;
    person.current = appearance;
    if (state === 'offline') this.#around.delete(person);
    else this.#around.add(person);
    this.#changed.add(person);
    this.#writeSoon();
  }

  #writeSoon(): void {
    // A failure is in the log, once for all whom it concerns.
    this.#writing.run().catch(() => {});
  }

  async #write(): Promise<number> {
    const people = [...this.#changed].filter(({ current, told, mustBeTold }) => mustBeTold || !isSame(current, told));
    this.#changed.clear();
    if (people.length === 0) return 0;
    for (const person of people) person.mustBeTold = false;
    try {
      const changes: Change[] = [];
      for (const person of people) {
        const rooms = await this.#rooms.roomsOf(person.userId);
        changes.push({ person, told: person.current, toldBy: person.changedBy, rooms });
      }
      await this.position.write(
        1,
        async (position) => {
          const rows = changes.map(({ person: { userId, lastActiveMs }, told }) => ({
            ...told,
            userId,
            lastActiveMs,
            position,
          }));
          await this.#d.database.write((tx) => store.putAll(tx, rows));
          return position;
        },
        (position) => this.#announce(changes, position),
      );
    } catch (error) {
      this.#d.log.error({ err: error }, 'presence could not be written and is tried again');
      for (const person of people) {
        person.mustBeTold = true;
        this.#changed.add(person);
      }
      throw error;
    }
    return PAUSE_BETWEEN_WRITES_MS;
  }

  #announce(changes: readonly Change[], position: number): void {
    for (const { person, told, toldBy, rooms } of changes) {
      person.told = told;
      person.toldBy = toldBy;
      person.position = position;
      this.#rooms.note(person.userId, rooms, position);
    }
    const people = new Map(changes.map((change) => [change.person.userId, change.rooms]));
    const rooms = new Set(changes.flatMap((change) => change.rooms));
    for (const listener of this.#listeners) listener({ people, rooms, position });
    for (const userId of people.keys()) this.#toWake.userIds.add(userId);
    for (const room of rooms) this.#toWake.rooms.add(room);
    this.#waking.run().catch((error: unknown) => this.#d.log.error({ err: error }, 'nobody was woken for presence'));
  }

  async #wake(): Promise<number> {
    const userIds = new Set(this.#toWake.userIds);
    for (const room of this.#toWake.rooms) for (const userId of room.joinedLocalUsers()) userIds.add(userId);
    this.#toWake.userIds.clear();
    this.#toWake.rooms.clear();
    this.#d.notifier.wakeForRoom(userIds);
    return userIds.size * PAUSE_PER_WOKEN_MS;
  }

  #see({ userId, deviceId }: Viewer, userIds: ReadonlySet<UserId>, withViewer: boolean): readonly SeenPerson[] {
    const others = [...userIds].filter((other) => other !== userId);
    const positionOf = (other: UserId): number => this.#people.get(other)?.position ?? 0;
    const seen = this.listTold(others.sort((one, other) => positionOf(one) - positionOf(other)));
    const viewer = this.#people.get(userId);
    if (!withViewer || viewer === undefined) return seen;
    // Nobody has to wait for what they do themselves.
    const content = { ...this.get(userId), ...viewer.profile };
    if (!isSame(viewer.current, viewer.told)) viewer.mustBeTold = true;
    return [...seen, { userId, content, isOwnDoing: viewer.toldBy === keyOf(deviceId) }];
  }
}
