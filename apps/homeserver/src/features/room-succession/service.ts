import { isJsonObject, parseRoomId, parseUserId, type JsonObject, type RoomId, type UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import { enqueueJob, type JobKind, type JobWorker } from '../../database/jobs.ts';
import type { Log } from '../../platform/log.ts';
import type { AccountData } from '../account-data/index.ts';
import type { PushRules } from '../push/index.ts';
import type { CommittedEvent, RoomEvents } from '../room-events/index.ts';

interface Dependencies {
  readonly database: Database;
  readonly log: Log;
  readonly jobs: Pick<JobWorker, 'register' | 'poke'>;
  readonly roomEvents: RoomEvents;
  readonly accountData: AccountData;
  readonly pushRules: PushRules;
}

/** `userId` undefined: everybody of this server who is in the successor. */
interface Move {
  readonly from: RoomId;
  readonly to: RoomId;
  readonly userId: UserId | undefined;
}

const KIND = 'room-succession';

const roomIn = (content: JsonObject | undefined, name: string): RoomId | undefined => {
  const text = content?.[name];
  return typeof text === 'string' ? parseRoomId(text) : undefined;
};

function predecessorIn(content: JsonObject | undefined): RoomId | undefined {
  const predecessor = content?.['predecessor'];
  return isJsonObject(predecessor) ? roomIn(predecessor, 'room_id') : undefined;
}

function readMove(payload: unknown): Move | undefined {
  // Written by `#enqueue`.
  const { from, to, userId } = payload as Record<string, string | undefined>;
  const [old, successor] = [parseRoomId(from ?? ''), parseRoomId(to ?? '')];
  if (old === undefined || successor === undefined) return undefined;
  return { from: old, to: successor, userId: userId === undefined ? undefined : parseUserId(userId) };
}

/**
 * What people set for a room holds in the room that replaces it: whether it notifies, its tags, and with whom it is. Clients
 * leave that to the server. https://spec.matrix.org/v1.19/client-server-api/#room-upgrades
 *
 * 1. When somebody comes into a room that says what it replaces, or a room says what replaces it, that becomes a job.
 * 2. The job asks both rooms: nobody gets at settings by naming a room that does not name theirs.
 * 3. What is set for the successor already stays.
 */
export class RoomSuccession {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    dependencies.jobs.register(this.#job());
    dependencies.roomEvents.onCommitted((events) => this.#observe(events));
  }

  #observe(events: readonly CommittedEvent[]): void {
    const moves = events.map((event) => this.#moveOf(event)).filter((move) => move !== undefined);
    if (moves.length === 0) return;
    this.#enqueue(moves).catch((error: unknown) =>
      this.#d.log.error({ err: error }, 'settings of a replaced room were not moved'),
    );
  }

  #moveOf(event: CommittedEvent): Move | undefined {
    const { membership, roomId } = event;
    if (event.type === 'm.room.tombstone' && event.stateKey === '') {
      const to = roomIn(event.content, 'replacement_room');
      return to && { from: roomId, to, userId: undefined };
    }
    if (membership?.to !== 'join' || membership.from === 'join') return undefined;
    const room = this.#d.roomEvents.loadedRoom(roomId);
    const from = predecessorIn(room?.state('m.room.create', '')?.content);
    return from && { from, to: roomId, userId: membership.userId };
  }

  async #enqueue(moves: readonly Move[]): Promise<void> {
    await this.#d.database.write(async (tx) => {
      for (const payload of moves) await enqueueJob(tx, { kind: KIND, payload });
      tx.afterCommit(() => this.#d.jobs.poke());
    });
  }

  #job(): JobKind {
    return {
      kind: KIND,
      run: async (payload) => {
        const move = readMove(payload);
        if (move !== undefined) await this.#run(move);
      },
    };
  }

  async #run({ from, to, userId }: Move): Promise<void> {
    const { roomEvents } = this.#d;
    const [old, successor] = [await roomEvents.findRoom(from), await roomEvents.findRoom(to)];
    if (predecessorIn(successor?.state('m.room.create', '')?.content) !== from) return;
    if (roomIn(old?.state('m.room.tombstone', '')?.content, 'replacement_room') !== to) return;
    const members = successor?.joinedLocalUsers() ?? new Set<UserId>();
    for (const member of userId === undefined ? members : [userId]) {
      // Whoever was never in the old room has nothing there.
      if (!members.has(member) || old?.membershipOf(member) === undefined) continue;
      await this.#copyRules(member, from, to);
      await this.#copyTags(member, from, to);
      await this.#copyDirect(member, from, to);
    }
  }

  /** Rules that clients name after the room: whether it notifies, or is silent altogether. */
  async #copyRules(userId: UserId, from: RoomId, to: RoomId): Promise<void> {
    const { pushRules } = this.#d;
    const ruleset = await pushRules.get(userId);
    for (const kind of ['override', 'room'] as const) {
      const rule = ruleset[kind].find((known) => known.rule_id === from);
      if (rule === undefined || ruleset[kind].some((known) => known.rule_id === to)) continue;
      const conditions = rule.conditions?.map((condition) =>
        condition['pattern'] === from ? { ...condition, pattern: to } : condition,
      );
      await pushRules.put(userId, kind, to, { actions: rule.actions, ...(conditions && { conditions }) }, {});
      if (!rule.enabled) await pushRules.enable(userId, kind, to, false);
    }
  }

  async #copyTags(userId: UserId, from: RoomId, to: RoomId): Promise<void> {
    const { accountData } = this.#d;
    const tags = await accountData.find(userId, from, 'm.tag');
    if (tags === undefined || (await accountData.find(userId, to, 'm.tag')) !== undefined) return;
    await accountData.put(userId, to, 'm.tag', tags);
  }

  async #copyDirect(userId: UserId, from: RoomId, to: RoomId): Promise<void> {
    const { accountData } = this.#d;
    const isMissing = (rooms: unknown): rooms is readonly string[] =>
      Array.isArray(rooms) && rooms.includes(from) && !rooms.includes(to);
    const direct = (await accountData.find(userId, undefined, 'm.direct')) ?? {};
    if (!Object.values(direct).some(isMissing)) return;
    await accountData.edit(userId, undefined, 'm.direct', (content) =>
      Object.fromEntries(
        Object.entries(content).map(([person, rooms]) => [person, isMissing(rooms) ? [...rooms, to] : rooms]),
      ),
    );
  }
}
