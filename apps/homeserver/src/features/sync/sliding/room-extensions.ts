import type { RoomId, UserId } from '@stafette/protocol';
import type { SyncPositions } from '../../../streams/tokens.ts';
import type { AccountDataEntry, AccountDataStream } from '../../../streams/sync-stream.ts';
import type { Receipts } from '../../receipts/index.ts';
import type { Memberships } from '../../room-events/index.ts';
import type { Typing } from '../../typing/index.ts';
import type { ActiveUser } from '../core/active-users.ts';
import { accountDataEvent, receiptEvent, typingEvent } from '../core/json.ts';
import type { Progress } from './connections.ts';
import type { RoomExtension } from './sliding-request.ts';
import { hasExtension, withExtension, withoutExtension, type ToldRoom } from './told-room.ts';
import type { Windows } from './windows.ts';

/** Rooms and the JSON text that an extension has for each. */
export type RoomTexts = ReadonlyMap<RoomId, string>;

interface Dependencies {
  readonly receipts: Receipts;
  readonly typing: Typing;
  readonly accountData: AccountDataStream;
}

export interface ExtensionQuestion {
  readonly userId: UserId;
  readonly active: ActiveUser;
  readonly progress: Progress | undefined;
  readonly to: SyncPositions;
  readonly windows: Windows;
  readonly memberships: Memberships;
  /** Rooms that are shown and were looked at. */
  readonly shown: readonly RoomId[];
  /** What the client was told, and is told with this answer; here is noted what extensions tell. */
  readonly told: { get(roomId: RoomId): ToldRoom | undefined; set(roomId: RoomId, told: ToldRoom): void };
  /** Everything that the client was told so far. */
  readonly before: ReadonlyMap<RoomId, ToldRoom>;
  /** By room that is told in full, the events that the client can then show. */
  readonly eventIds: ReadonlyMap<RoomId, readonly string[]>;
  /** Account data of rooms that is new to the client. */
  readonly roomAccountData: ReadonlyMap<RoomId, readonly AccountDataEntry[]>;
}

/** Rooms of which an extension tells everything, and those of which it tells what is new. */
interface Due {
  readonly fresh: readonly RoomId[];
  readonly known: readonly RoomId[];
}

/**
 * What extensions tell of single rooms. A room of which an extension told everything is told what changed; one whose
 * changes went by while it was not in the extension's scope, or the extension was not asked for, is told in full when it
 * comes back.
 */
export class RoomExtensions {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  async receipts(question: ExtensionQuestion): Promise<RoomTexts> {
    const { userId, active, progress, to } = question;
    const changed = progress === undefined ? NO_ROOMS : active.receipts.since(progress.positions.receipts);
    const due = this.#due('receipts', question, changed);
    const withTimeline = due.fresh.filter((roomId) => question.eventIds.has(roomId));
    const without = due.fresh.filter((roomId) => !question.eventIds.has(roomId));
    const eventIds = withTimeline.flatMap((roomId) => question.eventIds.get(roomId) ?? []);
    const records = (rooms: readonly RoomId[]) =>
      rooms.map((roomId) => question.memberships.get(roomId)).filter((own) => own !== undefined);
    const contents = await Promise.all([
      this.#d.receipts.at(records(withTimeline), userId, eventIds, to.receipts),
      this.#d.receipts.changes(records(without), userId, undefined, to.receipts),
      progress === undefined
        ? new Map<RoomId, string>()
        : this.#d.receipts.changes(records(due.known), userId, progress.positions.receipts, to.receipts),
    ]);
    return new Map(contents.flatMap((ofRooms) => [...ofRooms]).map(([roomId, json]) => [roomId, receiptEvent(json)]));
  }

  typing(question: ExtensionQuestion): RoomTexts {
    const { active, progress, to, before } = question;
    const changed = progress === undefined ? NO_ROOMS : active.typing.since(progress.positions.typing);
    const due = this.#due('typing', question, changed);
    // Somebody may have stopped while the client was not told of the room.
    const back = due.fresh.filter((roomId) => before.has(roomId));
    const fresh = due.fresh.filter((roomId) => !before.has(roomId));
    return new Map(
      [
        ...this.#d.typing.changes(fresh, undefined, to.typing),
        ...this.#d.typing.changes(back, 0, to.typing),
        ...this.#d.typing.changes(due.known, progress?.positions.typing, to.typing),
      ].map(([roomId, userIds]) => [roomId, typingEvent(userIds)]),
    );
  }

  async accountData(question: ExtensionQuestion): Promise<RoomTexts> {
    const { userId, progress, to, roomAccountData } = question;
    const changed = progress === undefined ? NO_ROOMS : new Set(roomAccountData.keys());
    const due = this.#due('accountData', question, changed);
    const isRead = progress === undefined || due.fresh.length === 0;
    const all = isRead ? roomAccountData : (await this.#d.accountData.changes(userId, undefined, to.accountData)).rooms;
    const texts = new Map<RoomId, string>();
    const add = (roomId: RoomId, entries: readonly AccountDataEntry[] = []): void => {
      if (entries.length === 0) return;
      texts.set(roomId, `[${entries.map(({ type, content }) => accountDataEvent(type, content)).join(',')}]`);
    };
    for (const roomId of due.fresh) add(roomId, all.get(roomId));
    for (const roomId of due.known) add(roomId, roomAccountData.get(roomId));
    return texts;
  }

  /** `changed` undefined: it is not known which rooms changed. */
  #due(name: RoomExtension, question: ExtensionQuestion, changed: ReadonlySet<RoomId> | undefined): Due {
    const { windows, told, before, progress } = question;
    // Otherwise changes of all rooms went by.
    const wasAsked = progress === undefined || progress.shape.scopes[name] !== undefined;
    const fresh: RoomId[] = [];
    const known: RoomId[] = [];
    for (const roomId of question.shown) {
      const room = told.get(roomId);
      if (room?.membership !== 'join' || (wasAsked && hasExtension(room.extensions, name))) continue;
      if (!windows.isInScope(name, roomId)) continue;
      fresh.push(roomId);
      told.set(roomId, { ...room, extensions: withExtension(room.extensions, name) });
    }
    const isFresh = new Set(fresh);
    for (const roomId of (wasAsked ? changed : undefined) ?? before.keys()) {
      const room = told.get(roomId);
      if (room === undefined || isFresh.has(roomId) || !hasExtension(room.extensions, name)) continue;
      // Who is out of a room is told no more of those inside.
      if (wasAsked && room.membership === 'join' && windows.isInScope(name, roomId)) known.push(roomId);
      else told.set(roomId, { ...room, extensions: withoutExtension(room.extensions, name) });
    }
    return { fresh, known };
  }
}

const NO_ROOMS: ReadonlySet<RoomId> = new Set();
