import { forbidden, MatrixError, unknownToken } from '@stafette/contracts';
import { type DeviceId, parseDeviceId, type UserId } from '@stafette/protocol';
import type { Database, ReadTx, WriteTx } from '../../database/database.ts';
import type { Requester } from '../../http/requester.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import * as acting from './acting-store.ts';
import * as devices from './device-store.ts';
import type { LastSeen } from './last-seen.ts';
import type { SessionGate } from './session-gate.ts';
import * as store from './session-store.ts';
import { familyOf, hashToken, makeRefreshToken, makeToken, successorsOf } from './tokens.ts';

export type { DeviceRow } from './device-store.ts';

export interface SessionTokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly expiresInMs: number | undefined;
}

export interface OpenedSession extends SessionTokens {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
}

export interface SessionRequest {
  readonly userId: UserId;
  readonly deviceId?: string | undefined;
  readonly displayName?: string | undefined;
  /** Short-lived access tokens with a refresh token beside them. */
  readonly withRefreshToken: boolean;
  /** Part of the transaction that opens the session: what it throws leaves everything as it was. */
  readonly alongside?: (tx: WriteTx, sessionId: number) => Promise<void>;
}

/** A device on which somebody logged in. */
export type OpenedListener = (userId: UserId) => Promise<void>;
/** Devices that were signed out. May hear of the same device again after a crash. */
export type DevicesRemovedListener = (userId: UserId, deviceIds: readonly DeviceId[]) => void | Promise<void>;
/** Throws when the account cannot have a device of this id. */
export type DeviceNameCheck = (userId: UserId, deviceId: DeviceId) => Promise<void>;
/** Sessions whose waiting requests have to end; undefined stands for all of the account. */
export type SessionsEndedListener = (userId: UserId, deviceIds: readonly DeviceId[] | undefined) => void;

/** Lifetime of an access token that can be refreshed, ms. */
const ACCESS_LIFETIME_MS = 5 * 60 * 1000;
const ROTATION_SECRET_BYTES = 32;
const DEVICE_ID_LENGTH = 10;
const DEVICE_ID_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The device that stays when all others are signed out. */
export interface KeptDevice {
  readonly deviceId: DeviceId;
  /** Its token is good no more, either. */
  readonly needsNewToken?: boolean;
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly gate: SessionGate;
  readonly lastSeen: LastSeen;
}

/** Who is logged in where: opens, renews and ends sessions. Every end is known to the gate before anybody hears of it. */
export class Sessions {
  readonly #d: Dependencies;
  readonly #openedListeners: OpenedListener[] = [];
  readonly #nameChecks: DeviceNameCheck[] = [];
  readonly #removedListeners: DevicesRemovedListener[] = [];
  readonly #endedListeners: SessionsEndedListener[] = [];

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** Asked about each id that a client chooses for a device. */
  guardNames(check: DeviceNameCheck): void {
    this.#nameChecks.push(check);
  }

  /** Called when somebody has logged in, before they hear of it. */
  onOpened(listener: OpenedListener): void {
    this.#openedListeners.push(listener);
  }

  /** Called after devices were signed out; their keys and messages have to go. */
  onDevicesRemoved(listener: DevicesRemovedListener): void {
    this.#removedListeners.push(listener);
  }

  /** Called as soon as tokens have ceased to be good. */
  onEnded(listener: SessionsEndedListener): void {
    this.#endedListeners.push(listener);
  }

  /** Opens a session. A device that logs in again keeps its keys and loses its earlier session. */
  async open(request: SessionRequest): Promise<OpenedSession> {
    const { userId } = request;
    const deviceId = this.#deviceIdFor(request.deviceId);
    const { tokens, stored } = this.#makeTokens(request.withRefreshToken);
    if (request.deviceId !== undefined) await this.#checkName(userId, deviceId);
    await this.#d.database.write(async (tx) => {
      if (request.deviceId !== undefined && (await devices.isDormant(tx, userId, deviceId)))
        throw forbidden('Nobody can log in with this device');
      await devices.upsert(tx, userId, deviceId, request.displayName, this.#d.clock.nowMs());
      if (request.deviceId !== undefined) await store.removeSessionsOf(tx, userId, deviceId);
      const sessionId = await store.insert(tx, userId, deviceId, stored);
      await request.alongside?.(tx, sessionId);
    });
    if (request.deviceId !== undefined) this.end(userId, [deviceId]);
    for (const listener of this.#openedListeners) await listener(userId);
    return { userId, deviceId, ...tokens };
  }

  /** A device without a session, for a user of an application service. */
  async addDevice(userId: UserId, deviceId: DeviceId, displayName: string | undefined): Promise<void> {
    await this.#checkName(userId, deviceId);
    await this.#d.database.write((tx) => devices.upsert(tx, userId, deviceId, displayName, this.#d.clock.nowMs()));
  }

  /**
   * Exchanges a refresh token.
   *
   * 1. The present one is exchanged for its successors.
   * 2. The one before gets the same successors again, as long as nobody used them: the answer got lost.
   * 3. Any other of this session was exchanged before and is in two hands, so the session ends.
   */
  async refresh(refreshToken: string): Promise<SessionTokens> {
    const { database, gate } = this.#d;
    const outcome = await database.write(async (tx) => this.#exchange(tx, refreshToken));
    if (outcome === undefined) throw unknownToken();
    if (outcome.tokens === undefined) {
      await this.close(outcome.userId, [outcome.deviceId]);
      throw unknownToken();
    }
    gate.forget(outcome.userId);
    return outcome.tokens;
  }

  /** Whose token this is, access or refresh, also when it is not good any more; undefined when it is nobody's. */
  async findByToken(token: string): Promise<store.SessionIdentity | undefined> {
    return store.findByEitherHash(this.#d.database.reader, hashToken(token), hashToken(familyOf(token)));
  }

  /** Devices in the order in which they logged in. */
  async listDevices(
    userIds: readonly UserId[],
    tx: ReadTx = this.#d.database.reader,
  ): Promise<readonly devices.DeviceRow[]> {
    return devices.list(tx, userIds);
  }

  /** Users of application services who have a device. */
  async listServiceUsersWithDevices(): Promise<readonly UserId[]> {
    return devices.listServiceUsers(this.#d.database.reader);
  }

  /** As {@link listDevices}, with sightings that are not written yet. */
  async listDevicesAsSeen(userId: UserId): Promise<readonly devices.DeviceRow[]> {
    const rows = await devices.list(this.#d.database.reader, [userId]);
    return rows.map((row) => {
      const seen = this.#d.lastSeen.find(userId, row.device_id);
      if (seen === undefined) return row;
      return {
        ...row,
        last_seen_at: seen.atMs,
        last_seen_ip: seen.ip ?? row.last_seen_ip,
        last_seen_user_agent: seen.userAgent ?? row.last_seen_user_agent,
      };
    });
  }

  /** Adds a device that only receives, and that nobody can log in with. False when there is another one of this name. */
  async addDormant(tx: WriteTx, userId: UserId, deviceId: DeviceId, displayName: string | undefined): Promise<boolean> {
    await this.#checkName(userId, deviceId);
    return devices.insertDormant(tx, userId, deviceId, displayName, this.#d.clock.nowMs());
  }

  async listDormant(userId: UserId, tx: ReadTx = this.#d.database.reader): Promise<readonly DeviceId[]> {
    return devices.listDormant(tx, userId);
  }

  async renameDevice(userId: UserId, deviceId: DeviceId, displayName: string): Promise<boolean> {
    return this.#d.database.write((tx) => devices.rename(tx, userId, deviceId, displayName));
  }

  /**
   * Signs devices out, at once and everywhere.
   *
   * 1. Their sessions end.
   * 2. Keys, messages and whatever else belongs to them goes; after a crash, at the next start.
   */
  async close(userId: UserId, deviceIds: readonly DeviceId[]): Promise<void> {
    const removed = await this.#d.database.write((tx) =>
      devices.markRemoved(tx, userId, deviceIds, this.#d.clock.nowMs()),
    );
    await this.completeClosing(userId, removed);
  }

  /** Completes what a crash interrupted. To be called at the start, when everybody listens. */
  async completeRemovals(): Promise<void> {
    const removed = Map.groupBy(await devices.listRemoved(this.#d.database.reader), (row) => row.user_id);
    for (const [userId, rows] of removed)
      await this.#completeRemoval(
        userId,
        rows.map((row) => row.device_id),
      );
  }

  /** Signs every device out. Also ends what an administrator began as other people. */
  async closeAll(userId: UserId): Promise<void> {
    await this.completeClosing(userId, await this.#d.database.write((tx) => this.closeAllWithin(tx, userId)));
  }

  /**
   * As {@link closeAll}, in the transaction of what makes the devices worthless. Once it is committed, the devices that are
   * returned are to be handed to {@link completeClosing}; after a crash that happens at the next start.
   */
  async closeAllWithin(tx: WriteTx, userId: UserId, kept?: KeptDevice): Promise<readonly DeviceId[]> {
    await acting.removeOfAdministrator(tx, userId);
    if (kept?.needsNewToken === true) await store.removeSessionsOf(tx, userId, kept.deviceId);
    const ids = (await devices.list(tx, [userId])).map((row) => row.device_id);
    const worthless = ids.filter((deviceId) => deviceId !== kept?.deviceId);
    return devices.markRemoved(tx, userId, worthless, this.#d.clock.nowMs());
  }

  async completeClosing(userId: UserId, removed: readonly DeviceId[]): Promise<void> {
    this.end(userId, removed);
    await this.#completeRemoval(userId, removed);
  }

  /** Ends one administrator's acting as somebody. */
  async endActing({ administrator, tokenHash }: NonNullable<Requester['acting']>): Promise<void> {
    await this.#d.database.write((tx) => acting.remove(tx, tokenHash));
    this.#d.gate.forget(administrator);
  }

  /** To be called when tokens of these devices, or all of the account's, are good no more or good for less. */
  end(userId: UserId, deviceIds: readonly DeviceId[] | undefined): void {
    this.#d.gate.forget(userId);
    for (const listener of this.#endedListeners) listener(userId, deviceIds);
  }

  async #completeRemoval(userId: UserId, deviceIds: readonly DeviceId[]): Promise<void> {
    if (deviceIds.length === 0) return;
    for (const listener of this.#removedListeners) await listener(userId, deviceIds);
    await this.#d.database.write((tx) => devices.deleteRemoved(tx, userId, deviceIds));
  }

  async #exchange(
    tx: WriteTx,
    refreshToken: string,
  ): Promise<
    { readonly userId: UserId; readonly deviceId: DeviceId; readonly tokens: SessionTokens | undefined } | undefined
  > {
    const session = await store.findByFamilyForUpdate(tx, hashToken(familyOf(refreshToken)));
    if (session === undefined) return undefined;
    const of = { userId: session.user_id, deviceId: session.device_id };
    const hash = hashToken(refreshToken);
    const { access, refresh } = successorsOf(refreshToken, session.rotation_secret);
    const nowMs = this.#d.clock.nowMs();
    if (session.refresh_hash.equals(hash)) {
      const accessExpiresAtMs = nowMs + ACCESS_LIFETIME_MS;
      await store.rotate(tx, session.session_id, {
        accessHash: hashToken(access),
        accessExpiresAtMs,
        refreshHash: hashToken(refresh),
      });
      return { ...of, tokens: { accessToken: access, refreshToken: refresh, expiresInMs: ACCESS_LIFETIME_MS } };
    }
    if (session.previous_refresh_hash?.equals(hash) !== true) return { ...of, tokens: undefined };
    const expiresInMs = Math.max(0, (session.access_expires_at ?? nowMs) - nowMs);
    return { ...of, tokens: { accessToken: access, refreshToken: refresh, expiresInMs } };
  }

  async #checkName(userId: UserId, deviceId: DeviceId): Promise<void> {
    for (const check of this.#nameChecks) await check(userId, deviceId);
  }

  #deviceIdFor(wanted: string | undefined): DeviceId {
    const deviceId = parseDeviceId(wanted ?? this.#randomDeviceId());
    if (deviceId === undefined) throw new MatrixError(400, 'M_INVALID_PARAM', 'The device id is malformed');
    return deviceId;
  }

  #randomDeviceId(): string {
    // 32 letters divide 256 evenly.
    return Array.from(this.#d.random.bytes(DEVICE_ID_LENGTH), (byte) => DEVICE_ID_LETTERS.charAt(byte & 31)).join('');
  }

  #makeTokens(withRefreshToken: boolean): { readonly stored: store.StoredTokens; readonly tokens: SessionTokens } {
    const { random, clock } = this.#d;
    const accessToken = makeToken(random, 'access');
    const accessHash = hashToken(accessToken);
    if (!withRefreshToken) {
      const stored = { accessHash, accessExpiresAtMs: undefined, refresh: undefined };
      return { stored, tokens: { accessToken, refreshToken: undefined, expiresInMs: undefined } };
    }
    const refreshToken = makeRefreshToken(random);
    const refresh = {
      familyHash: hashToken(familyOf(refreshToken)),
      hash: hashToken(refreshToken),
      rotationSecret: random.bytes(ROTATION_SECRET_BYTES),
    };
    return {
      stored: { accessHash, accessExpiresAtMs: clock.nowMs() + ACCESS_LIFETIME_MS, refresh },
      tokens: { accessToken, refreshToken, expiresInMs: ACCESS_LIFETIME_MS },
    };
  }
}
