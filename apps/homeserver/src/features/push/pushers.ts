import { createHash, timingSafeEqual } from 'node:crypto';
import { MatrixError, notFound } from '@stafette/contracts';
import { type CanonicalEmail, type DeviceId, parseEmail, type UserId, readStoredJson } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import { PusherIndex } from './pusher-index.ts';
import { readPusher, type Pusher, type PusherKind, type PusherRequest } from './pusher-request.ts';
import * as store from './pusher-store.ts';

/** A pusher as its user sees it. */
export interface ListedPusher extends Pusher {
  readonly 'org.matrix.msc3881.enabled': boolean;
  readonly 'org.matrix.msc3881.device_id'?: DeviceId;
  /** Of Web Push alone. */
  readonly activated?: boolean;
}

/** A pusher as whoever sends to it needs it. */
export interface Destination {
  readonly id: number;
  readonly userId: UserId;
  readonly kind: PusherKind;
  /** Of a pusher by mail, the `mailto:` of its address. */
  readonly url: URL;
  readonly pusher: Pusher;
  /** Milliseconds. */
  readonly createdAtMs: number;
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  /** The last visible position of the events stream. */
  readonly currentPos: () => number;
  /** Gateways without TLS: for test suites. */
  readonly allowsPlainHttp: boolean;
  /** Whether a mail address is one of the user's; undefined where nobody is written to. */
  readonly ownsAddress: ((userId: UserId, address: CanonicalEmail) => Promise<boolean>) | undefined;
}

/** Called when a Web Push address has to prove that its client listens, with the token that it is to return. */
type ActivationListener = (destination: Destination, ackToken: string) => void;

/** Devices that are notified, of one user. */
const MAX_PUSHERS = 100;
const ACK_TOKEN_BYTES = 24;
const ACK_LIFETIME_MS = 5 * 60 * 1000;
/** Rows of one read at the start. */
const PAGE = 1000;

const hashOf = (token: string): Buffer => createHash('sha256').update(`pusher ${token}`).digest();
// Written by `set` from a pusher.
const pusherOf = (row: store.PusherRow): Pusher => readStoredJson(row.json) as unknown as Pusher;
// Kept as they passed `readPusher`.
const urlOf = ({ kind, pushkey, data }: Pusher): URL =>
  new URL(kind === 'email' ? `mailto:${encodeURIComponent(pushkey)}` : (data['url'] as string));
/** What goes by mail goes one way. */
const gatewayOf = (pusher: Pusher): string => (pusher.kind === 'email' ? 'mailto:' : urlOf(pusher).origin);
const destinationOf = (row: store.PusherRow): Destination => {
  const pusher = pusherOf(row);
  return { id: row.id, userId: row.user_id, kind: row.kind, url: urlOf(pusher), pusher, createdAtMs: row.created_at };
};

const listed = (row: store.PusherRow): ListedPusher => {
  const pusher = pusherOf(row);
  return {
    ...pusher,
    ...(row.kind === 'webpush' ? { activated: row.is_activated } : {}),
    'org.matrix.msc3881.enabled': row.is_enabled,
    ...(row.device_id === null ? {} : { 'org.matrix.msc3881.device_id': row.device_id }),
  };
};

/** Where the notifications of users go. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3pushersset */
export class Pushers {
  readonly #d: Dependencies;
  /** Who has a pusher that is switched on and activated, in step with the table. */
  readonly index = new PusherIndex();
  readonly #activationListeners: ActivationListener[] = [];
  #indexing: Promise<void> = Promise.resolve();

  private constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  static async open(dependencies: Dependencies): Promise<Pushers> {
    const pushers = new Pushers(dependencies);
    const rows: store.PusherRow[] = [];
    for (let after = 0; ;) {
      const page = await store.listActivePushers(dependencies.database.reader, after, PAGE);
      rows.push(...page);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.id;
    }
    pushers.#enter(rows);
    return pushers;
  }

  onActivationNeeded(listener: ActivationListener): void {
    this.#activationListeners.push(listener);
  }

  async list(userId: UserId): Promise<ListedPusher[]> {
    return (await store.listPushers(this.#d.database.reader, userId)).map(listed);
  }

  /** Those of the ids that exist. */
  async listDestinations(ids: readonly number[]): Promise<readonly Destination[]> {
    return (await store.listPushersById(this.#d.database.reader, ids)).map(destinationOf);
  }

  /** True when the pusher has to be activated before it gets anything. */
  async set(userId: UserId, deviceId: DeviceId | undefined, request: PusherRequest): Promise<boolean> {
    const { app_id: appId, pushkey } = request;
    if (request.kind === null) {
      await this.#write([userId], async (tx) => {
        await store.removePusher(tx, userId, appId, pushkey);
      });
      return false;
    }
    const { kind, pusher } = readPusher(request, this.#d.allowsPlainHttp);
    if (kind === 'email') await this.#assertOwn(userId, pushkey);
    const row: store.NewPusher = {
      userId,
      appId,
      pushkey,
      kind,
      // A mailbox is no device's.
      deviceId: kind === 'email' ? undefined : deviceId,
      isEnabled: request.enabled ?? request['org.matrix.msc3881.enabled'] ?? true,
      json: JSON.stringify(pusher),
      sincePos: this.#d.currentPos(),
    };
    const token = await this.#put(row, pusher, request.append === true);
    if (token !== undefined) await this.#announceActivation(row, token);
    return token !== undefined;
  }

  /** A client returns the token that came to its Web Push address. */
  async activate(userId: UserId, appId: string, token: string): Promise<void> {
    const hash = hashOf(token);
    await this.#write([userId], async (tx) => {
      const pushers = await store.listWebPushers(tx, userId, appId);
      if (pushers.length === 0) throw notFound('You have no such pusher');
      const waiting = pushers.find(({ ack_token_hash: known }) => known !== null && timingSafeEqual(known, hash));
      if (waiting === undefined)
        throw new MatrixError(400, 'M_UNKNOWN_ACTIVATION_TOKEN', 'This activation token is not known');
      if ((waiting.ack_expires_at ?? 0) <= this.#d.clock.nowMs())
        throw new MatrixError(400, 'M_EXPIRED_ACTIVATION_TOKEN', 'This activation token has run out');
      await store.activatePusher(tx, waiting.id);
    });
  }

  async removeDevices(userId: UserId, deviceIds: readonly DeviceId[]): Promise<void> {
    await this.#write([userId], (tx) => store.removePushersOfDevices(tx, userId, deviceIds));
  }

  /** Leaves nothing of the account's behind. */
  async erase(userId: UserId): Promise<void> {
    await this.#write([userId], (tx) => store.removePushersOf(tx, userId));
  }

  /** The push service does not know them any more. */
  async remove(ids: readonly number[]): Promise<void> {
    const owners = await this.#d.database.write((tx) => store.removePushersById(tx, ids));
    await this.#reindex(owners);
  }

  async #assertOwn(userId: UserId, pushkey: string): Promise<void> {
    const address = parseEmail(pushkey);
    if (address === undefined || (await this.#d.ownsAddress?.(userId, address)) !== true)
      throw new MatrixError(400, 'M_THREEPID_NOT_FOUND', 'pushkey is no mail address of yours');
  }

  /** A token when the pusher has to be activated. */
  async #put(row: store.NewPusher, pusher: Pusher, isAppended: boolean): Promise<string | undefined> {
    const { userId, appId, pushkey, kind } = row;
    const nowMs = this.#d.clock.nowMs();
    const token = this.#d.random.token(ACK_TOKEN_BYTES);
    const { needsActivation, others } = await this.#d.database.write(async (tx) => {
      await store.lockPushers(tx, userId);
      // Without `append` a key belongs to one account: the device changed hands.
      const others = isAppended ? [] : await store.removePusherOfOthers(tx, userId, appId, pushkey);
      const own = await store.listPushers(tx, userId);
      const known = await store.findPusher(tx, userId, appId, pushkey);
      if (known === undefined && own.length >= MAX_PUSHERS)
        throw new MatrixError(400, 'M_UNKNOWN', `An account has at most ${MAX_PUSHERS} pushers`);
      await store.upsertPusher(tx, row, nowMs);
      const needsActivation = kind === 'webpush' && !(known?.is_activated === true && isSameAddress(known, pusher));
      if (needsActivation) await store.awaitActivation(tx, row, hashOf(token), nowMs + ACK_LIFETIME_MS);
      return { needsActivation, others };
    });
    await this.#reindex([userId, ...others]);
    return needsActivation ? token : undefined;
  }

  async #announceActivation({ userId, appId, pushkey }: store.NewPusher, token: string): Promise<void> {
    const row = await store.findPusher(this.#d.database.reader, userId, appId, pushkey);
    if (row === undefined) return;
    for (const listener of this.#activationListeners) listener(destinationOf(row), token);
  }

  async #write(userIds: readonly UserId[], change: (tx: WriteTx) => Promise<void>): Promise<void> {
    await this.#d.database.write(change);
    await this.#reindex(userIds);
  }

  /** One after the other, so that an older read never replaces a newer one. */
  async #reindex(userIds: readonly UserId[]): Promise<void> {
    const indexed = this.#indexing.then(async () => {
      const rows = await store.listActivePushersOf(this.#d.database.reader, userIds);
      for (const userId of userIds) this.index.set(userId, []);
      this.#enter(rows);
    });
    this.#indexing = indexed.catch(() => undefined);
    await indexed;
  }

  #enter(rows: readonly store.PusherRow[]): void {
    for (const [userId, ofUser] of Map.groupBy(rows, (row) => row.user_id)) {
      const active = ofUser.map((row) => ({
        id: row.id,
        kind: row.kind,
        gateway: gatewayOf(pusherOf(row)),
        sincePos: row.since_pos,
      }));
      this.index.set(userId, active);
    }
  }
}

function isSameAddress(known: store.PusherRow, pusher: Pusher): boolean {
  const { data } = pusherOf(known);
  return known.kind === 'webpush' && data['url'] === pusher.data['url'] && data['auth'] === pusher.data['auth'];
}
