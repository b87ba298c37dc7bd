import type { RoomId, UserId } from '@stafette/protocol';
import type { WriteTx } from '../../database/database.ts';
import type { Presence } from '../presence/index.ts';
import { receiptContent, type MovedReceipt, type Receipts } from '../receipts/index.ts';
import type { ToDevice } from '../to-device/index.ts';
import type { Typing } from '../typing/index.ts';
import type { Appservice } from './appservice.ts';
import type { Interest } from './interest.ts';

/** Receipts that wait for a transaction; beyond that the oldest go, as a later one says more. */
const MAX_RECEIPTS = 1_000;
/** Of one kind in one transaction. */
const MAX_AT_ONCE = 100;

/** News on the way into a transaction. */
export interface TakenNews {
  readonly recipients: readonly UserId[];
  /** JSON texts. */
  readonly ephemeral: readonly string[];
}

export interface EphemeralSources {
  readonly receipts: Receipts;
  readonly typing: Typing;
  readonly toDevice: ToDevice;
  /** Undefined where it is switched off. */
  readonly presence: Presence | undefined;
}

const receiptJson = ({ roomId, receipt }: MovedReceipt): string =>
  `{"type":"m.receipt","room_id":${JSON.stringify(roomId)},"content":${receiptContent([receipt])}}`;

/**
 * Typing, receipts, presence and messages to devices for a service that asked for them. All but the last live in memory:
 * what a service has not fetched when the server restarts is lost, as it is for everybody who types. Messages to devices
 * stay where they are until a transaction has them.
 */
export class EphemeralNews {
  readonly #service: Appservice;
  readonly #interest: Interest;
  readonly #sources: EphemeralSources;
  readonly #typing = new Set<RoomId>();
  /** People who appear otherwise. */
  readonly #people = new Set<UserId>();
  #receipts: MovedReceipt[] = [];
  #returned: string[] = [];
  /** Users who may have messages. */
  readonly #recipients = new Set<UserId>();

  constructor(service: Appservice, interest: Interest, sources: EphemeralSources) {
    this.#service = service;
    this.#interest = interest;
    this.#sources = sources;
  }

  /** Begins to listen; `onNews` is called when there may be something. */
  async open(onNews: () => void): Promise<void> {
    const { receipts, typing, presence, toDevice } = this.#sources;
    typing.onChanged((roomId) => {
      if (!this.#interest.includesRoom(roomId)) return;
      this.#typing.add(roomId);
      onNews();
    });
    receipts.onMoved((moved) => {
      if (!this.#mayTell(moved)) return;
      this.#receipts.push(moved);
      if (this.#receipts.length > MAX_RECEIPTS) this.#receipts.shift();
      onNews();
    });
    presence?.onChanged(({ people }) => {
      for (const [userId, rooms] of people) {
        if (this.#service.ownsUser(userId) || rooms.some(({ id }) => this.#interest.includesRoom(id)))
          this.#people.add(userId);
      }
      if (this.#people.size > 0) onNews();
    });
    toDevice.onSent((userIds) => {
      const own = [...userIds].filter((userId) => this.#service.ownsUserAlone(userId));
      for (const userId of own) this.#recipients.add(userId);
      if (own.length > 0) onNews();
    });
    for (const userId of await toDevice.listRecipients())
      if (this.#service.ownsUserAlone(userId)) this.#recipients.add(userId);
  }

  get hasNews(): boolean {
    const kinds = [this.#typing.size, this.#receipts.length, this.#people.size, this.#recipients.size];
    return this.#returned.length > 0 || kinds.some((count) => count > 0);
  }

  /** What waits, which is then regarded as told. */
  take(): TakenNews {
    const recipients = [...this.#recipients];
    this.#recipients.clear();
    const rooms = [...this.#typing].slice(0, MAX_AT_ONCE);
    for (const roomId of rooms) this.#typing.delete(roomId);
    const people = [...this.#people].slice(0, MAX_AT_ONCE);
    for (const userId of people) this.#people.delete(userId);
    const { typing, presence } = this.#sources;
    const typingTexts = [...typing.changes(rooms, 0, typing.position.current)].map(([roomId, userIds]) =>
      JSON.stringify({ type: 'm.typing', room_id: roomId, content: { user_ids: userIds } }),
    );
    const receipts = this.#receipts.splice(0, MAX_AT_ONCE).map(receiptJson);
    const presenceTexts = (presence?.listTold(people) ?? []).map(({ userId: sender, content }) =>
      JSON.stringify({ type: 'm.presence', sender, content }),
    );
    return { recipients, ephemeral: [...this.#returned.splice(0), ...typingTexts, ...receipts, ...presenceTexts] };
  }

  /** Takes messages to devices out of their store, in the transaction that puts them into one for the service. */
  async takeMessages(tx: WriteTx, { recipients }: TakenNews): Promise<readonly string[]> {
    if (recipients.length === 0) return [];
    const messages = await this.#sources.toDevice.takeOfUsers(tx, recipients, MAX_AT_ONCE);
    // There may be more of them: they are looked at again for the next transaction.
    if (messages.length === MAX_AT_ONCE) for (const userId of recipients) this.#recipients.add(userId);
    return messages.map(({ userId, deviceId, json }) => {
      // Before the members of the object that the store holds.
      const address = `{"to_user_id":${JSON.stringify(userId)},"to_device_id":${JSON.stringify(deviceId)}`;
      return `${address},${json.slice(1)}`;
    });
  }

  /** Puts back what could not be told. */
  giveBack({ recipients, ephemeral }: TakenNews): void {
    for (const userId of recipients) this.#recipients.add(userId);
    this.#returned = [...ephemeral, ...this.#returned];
  }

  /** Where somebody has read in private is told to nobody but whom it is about. */
  #mayTell({ roomId, receipt }: MovedReceipt): boolean {
    if (receipt.type === 'm.read.private' && !this.#service.ownsUser(receipt.userId)) return false;
    return this.#interest.includesRoom(roomId);
  }
}
