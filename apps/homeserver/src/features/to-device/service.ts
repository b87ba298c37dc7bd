import { tooLarge } from '@stafette/contracts';
import type { DeviceId, JsonObject, UserId } from '@stafette/protocol';
import type { Database, ReadTx, WriteTx } from '../../database/database.ts';
import { WriteGroup } from '../../database/write-group.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Notifier } from '../../streams/notifier.ts';
import { StreamPosition } from '../../streams/stream-position.ts';
import * as store from './store.ts';

export interface ToDeviceRequest {
  readonly sender: UserId;
  /** Scope of the transaction id: survives a token refresh, ends with the session. */
  readonly sessionKey: string;
  readonly txnId: string;
  readonly type: string;
  readonly messages: ReadonlyMap<UserId, ReadonlyMap<DeviceId | '*', JsonObject>>;
}

export interface ToDevice {
  readonly position: StreamPosition;
  /** Called when there are messages for these users. */
  onSent(listener: (userIds: ReadonlySet<UserId>) => void): void;
  /** Users for whom there are messages. */
  listRecipients(): Promise<readonly UserId[]>;
  /** Takes the oldest messages to any device of these users out, for an application service that gets them as a whole. */
  takeOfUsers(tx: WriteTx, userIds: readonly UserId[], limit: number): Promise<readonly store.StoredMessage[]>;
  /** Stores the messages once, whatever is repeated; resolves when they are durable. Unknown devices get nothing. */
  send(request: ToDeviceRequest): Promise<void>;
  /** Messages after a position, as JSON texts; `upTo` is the position of the last one, or the stream's when there is no more. */
  take(
    userId: UserId,
    deviceId: DeviceId,
    after: number,
    limit: number,
  ): Promise<{ readonly events: readonly string[]; readonly upTo: number }>;
  /** The device has everything up to here: presenting a sync token is the acknowledgement. */
  acknowledge(userId: UserId, deviceId: DeviceId, upTo: number): Promise<void>;
  removeDevices(userId: UserId, deviceIds: readonly DeviceId[]): Promise<void>;
  /** Forgets transaction ids that no client repeats any more; returns how many. */
  prune(): Promise<number>;
}

/** How long a repeated transaction id is recognised, ms. */
const TRANSACTION_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Longest message, in characters of JSON: as large as an event. */
const MAX_MESSAGE_CHARS = 65_536;

/** A request whose messages are texts. */
interface PreparedRequest extends Pick<ToDeviceRequest, 'sessionKey' | 'txnId'> {
  readonly messages: readonly { readonly userId: UserId; readonly target: DeviceId | '*'; readonly json: string }[];
}

function prepare({ sender, type, messages, ...transaction }: ToDeviceRequest): PreparedRequest {
  const texts = [...messages].flatMap(([userId, byDevice]) =>
    [...byDevice].map(([target, content]) => ({ userId, target, json: JSON.stringify({ content, sender, type }) })),
  );
  if (texts.some(({ json }) => json.length > MAX_MESSAGE_CHARS))
    throw tooLarge(`A message to a device may have ${MAX_MESSAGE_CHARS} characters`);
  return { ...transaction, messages: texts };
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly notifier: Notifier;
  /** The devices of local users; users of other servers are absent. */
  readonly listDeviceIds: (tx: ReadTx, userIds: readonly UserId[]) => Promise<ReadonlyMap<UserId, readonly DeviceId[]>>;
}

/**
 * Messages between devices, exactly once: sent in one transaction with its id, kept until the device presents the sync
 * token that covers them. https://spec.matrix.org/v1.19/client-server-api/#send-to-device-messaging
 */
export async function createToDevice({ database, clock, notifier, listDeviceIds }: Dependencies): Promise<ToDevice> {
  const position = new StreamPosition('toDevice', await store.takeStartPosition(database.reader));

  const sentListeners: ((userIds: ReadonlySet<UserId>) => void)[] = [];

  /** A request that is repeated while it waits is one. */
  const sendAll = async (requests: readonly PreparedRequest[]): Promise<readonly undefined[]> => {
    const recipients = new Set(requests.flatMap(({ messages }) => messages.map(({ userId }) => userId)));
    const devices = await listDeviceIds(database.reader, [...recipients]);
    const addressed = ({ userId, target, json }: PreparedRequest['messages'][number]): store.OutgoingMessage[] => {
      const present = devices.get(userId) ?? [];
      if (target === '*') return present.map((deviceId) => ({ userId, deviceId, json }));
      return present.includes(target) ? [{ userId, deviceId: target, json }] : [];
    };
    const byTransaction = new Map(requests.map((request) => [`${request.sessionKey}\0${request.txnId}`, request]));
    const outgoing = [...byTransaction.values()]
      .map((request) => ({ ...request, messages: request.messages.flatMap(addressed) }))
      .filter(({ messages }) => messages.length > 0);
    const messages = outgoing.flatMap((request) => request.messages);
    if (messages.length > 0)
      await position.write(
        messages.length,
        (first) => database.execute(store.insertRequests(outgoing, first, clock.nowMs())),
        () => {
          const reached = new Set(messages.map(({ userId }) => userId));
          for (const listener of sentListeners) listener(reached);
          notifier.wakeAll(reached);
        },
      );
    return requests.map(() => undefined);
  };
  // Two writes that hold the same request wait for each other's transaction id, and the later one sends nothing.
  const sending = new WriteGroup(sendAll, { writers: 2 });

  return {
    position,
    onSent: (listener) => void sentListeners.push(listener),
    listRecipients: async () => store.listRecipients(database.reader),
    takeOfUsers: store.takeOfUsers,
    async send(request) {
      await sending.add(prepare(request));
    },
    async take(userId, deviceId, after, limit) {
      const upTo = position.current;
      const rows = await store.listMessages(database.reader, userId, deviceId, after, upTo, limit);
      const last = rows.at(-1);
      return {
        events: rows.map((row) => row.json),
        upTo: last !== undefined && rows.length === limit ? last.position : upTo,
      };
    },
    async acknowledge(userId, deviceId, upTo) {
      await database.write((tx) => store.removeMessages(tx, userId, deviceId, upTo));
    },
    async removeDevices(userId, deviceIds) {
      await database.write((tx) => store.removeAllOfDevices(tx, userId, deviceIds));
    },
    async prune() {
      return database.write((tx) => store.removeTransactionsBefore(tx, clock.nowMs() - TRANSACTION_LIFETIME_MS));
    },
  };
}
