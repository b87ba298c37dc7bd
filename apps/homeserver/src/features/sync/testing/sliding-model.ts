import { MatrixError } from '@stafette/contracts';
import type { JsonObject, UserId } from '@stafette/protocol';
import type { SlidingBody, SlidingEvent, SlidingRequestBody, SlidingRoom } from './sliding-bodies.ts';
import type { ClientModel } from './sync-law.ts';
import type { SyncWorld } from './sync-world.ts';

/** What a client of sliding sync knows; each answer is applied as the proposal says. */
export class SlidingModel implements ClientModel {
  readonly #requests: readonly SlidingRequestBody[];
  #pos: string | undefined;
  #rooms = new Map<string, RoomModel>();
  #globalAccountData = new Map<string, unknown>();
  #counts: unknown = {};

  constructor(requests: readonly SlidingRequestBody[]) {
    this.#requests = requests;
  }

  async update(world: SyncWorld, userId: UserId, deviceId: string, asks: number): Promise<void> {
    const body = this.#requests[asks % this.#requests.length] ?? {};
    try {
      this.#apply(await world.slide(userId, { pos: this.#pos, body, deviceId }));
    } catch (error) {
      if (!(error instanceof MatrixError) || error.errcode !== 'M_UNKNOWN_POS') throw error;
      this.#pos = undefined;
      this.#rooms = new Map();
      this.#globalAccountData = new Map();
      await this.update(world, userId, deviceId, asks);
    }
  }

  /** Rooms that the client shows, with all it knows of them. */
  rooms(): ReadonlyMap<string, RoomModel> {
    return this.#rooms;
  }

  common(): object {
    return { counts: this.#counts, accountData: Object.fromEntries(this.#globalAccountData) };
  }

  #apply(body: SlidingBody): void {
    this.#pos = body.pos;
    this.#counts = body.lists;
    for (const [roomId, room] of Object.entries(body.rooms)) {
      const known = room.initial === true ? undefined : this.#rooms.get(roomId);
      const model = known ?? new RoomModel();
      model.apply(room);
      this.#rooms.set(roomId, model);
    }
    const { account_data: accountData, receipts, typing } = body.extensions;
    for (const { type, content } of accountData?.global ?? []) this.#globalAccountData.set(type, content);
    for (const [roomId, entries] of Object.entries(accountData?.rooms ?? {}))
      for (const { type, content } of entries) this.#rooms.get(roomId)?.accountData.set(type, content);
    for (const [roomId, { content }] of Object.entries(receipts?.rooms ?? {}))
      this.#rooms.get(roomId)?.applyReceipts(content);
    for (const [roomId, { content }] of Object.entries(typing?.rooms ?? {})) {
      const room = this.#rooms.get(roomId);
      if (room !== undefined) room.typing = content['user_ids'];
    }
  }
}

export class RoomModel {
  membership: string | undefined;
  typing: unknown = [];
  readonly accountData = new Map<string, unknown>();
  readonly receipts = new Map<string, string>();
  readonly #state = new Map<string, string>();
  #timeline: readonly string[] = [];
  #stripped: unknown;
  #fields: Record<string, unknown> = {};

  apply(room: SlidingRoom): void {
    this.membership = room.membership ?? this.membership;
    this.#stripped = room.invite_state;
    for (const event of room.required_state ?? []) this.#applyState(event);
    const events = (room.timeline ?? []).map((event) => event.event_id);
    const replaces = room.limited === true || room.unstable_expanded_timeline === true;
    this.#timeline = replaces ? events : [...this.#timeline, ...events];
    const { name, avatar, is_dm, heroes, joined_count, invited_count, bump_stamp } = room;
    const counts = { notification_count: room.notification_count, highlight_count: room.highlight_count };
    const told = { name, avatar, is_dm, heroes, joined_count, invited_count, bump_stamp, ...counts };
    for (const [field, value] of Object.entries(told)) if (value !== undefined) this.#fields[field] = value;
  }

  applyReceipts(content: JsonObject): void {
    // The shape of m.receipt.
    const byEvent = content as unknown as Record<string, Record<string, Record<string, { thread_id?: string }>>>;
    for (const [eventId, byType] of Object.entries(byEvent)) {
      for (const [type, byUser] of Object.entries(byType)) {
        for (const [userId, { thread_id: threadId = '' }] of Object.entries(byUser))
          this.receipts.set(`${type} ${userId} ${threadId}`, eventId);
      }
    }
  }

  #applyState(event: SlidingEvent): void {
    this.#state.set(`${event.type} ${event.state_key ?? ''}`, event.event_id);
  }

  /** What an older client must know as well; an absent field and one that is null say the same. */
  snapshot(): object {
    const isIn = this.membership === 'join';
    const { name = null, avatar = null, is_dm: isDm = false, ...fields } = this.#fields;
    return {
      membership: this.membership,
      state: Object.fromEntries(this.#state),
      lastEvent: this.#timeline.at(-1),
      stripped: this.#stripped,
      // A room without a name has heroes; one with a name may have had some.
      fields: isIn ? { ...fields, ...(name === null ? {} : { heroes: undefined }), name, avatar, isDm } : undefined,
      receipts: isIn ? Object.fromEntries(this.receipts) : undefined,
      typing: isIn ? this.typing : undefined,
      accountData: isIn ? Object.fromEntries(this.accountData) : undefined,
    };
  }
}
