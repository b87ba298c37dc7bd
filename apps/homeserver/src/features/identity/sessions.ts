import { MatrixError, unknownToken } from '@stafette/contracts';
import { type DeviceId, parseDeviceId, type UserId } from '@stafette/protocol';
import type { Database, ReadTx, WriteTx } from '../../database/database.ts';
import type { AccountGate, Requester } from '../../http/requester.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import * as accounts from './account-store.ts';
import * as store from './session-store.ts';
import { hashToken, makeToken } from './tokens.ts';

export interface OpenedSession {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly expiresInMs: number | undefined;
}

export interface SessionRequest {
  readonly userId: UserId;
  readonly deviceId?: string | undefined;
  readonly displayName?: string | undefined;
  /** Short-lived access tokens with a refresh token beside them. */
  readonly withRefreshToken: boolean;
}

/** Devices that were signed out; undefined stands for all of the account. */
export type SessionClosedListener = (userId: UserId, deviceIds: readonly DeviceId[]) => void | Promise<void>;

interface CachedRequester {
  readonly requester: Requester;
  readonly expiresAtMs: number | undefined;
}

/** Lifetime of an access token that can be refreshed, ms. */
const ACCESS_LIFETIME_MS = 5 * 60 * 1000;
const DEVICE_ID_BYTES = 8;
const MAX_CACHED = 100_000;

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Who is logged in where. `authenticate` is the account gate: every request with a token passes it, and it knows of every
 * change at once, as sessions and account states change through this class only.
 */
export class Sessions implements AccountGate {
  readonly #dependencies: Dependencies;
  readonly #cache = new Map<string, CachedRequester>();
  readonly #listeners: SessionClosedListener[] = [];
  /** Changes with every invalidation, so that a look-up that began before one is not cached after it. */
  #generation = 0;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** Called after devices were signed out, with their sessions already dead. */
  onClosed(listener: SessionClosedListener): void {
    this.#listeners.push(listener);
  }

  async authenticate(token: string): Promise<Requester> {
    const cached = this.#cache.get(token);
    const nowMs = this.#dependencies.clock.nowMs();
    if (cached !== undefined) {
      if (cached.expiresAtMs === undefined || cached.expiresAtMs > nowMs) return cached.requester;
      this.#cache.delete(token);
    }
    const generation = this.#generation;
    const found = await this.#look(token, nowMs);
    if (generation === this.#generation) {
      if (this.#cache.size >= MAX_CACHED) this.#cache.clear();
      this.#cache.set(token, found);
    }
    return found.requester;
  }

  /** Opens a session. A device that logs in again keeps its keys and loses its earlier session. */
  async open(request: SessionRequest): Promise<OpenedSession> {
    const deviceId = this.#deviceIdFor(request.deviceId);
    const tokens = this.#makeTokens(request.withRefreshToken);
    await this.#dependencies.database.write(async (tx) => {
      await store.upsertDevice(tx, request.userId, deviceId, request.displayName, this.#dependencies.clock.nowMs());
      if (request.deviceId !== undefined) await store.removeSessionsOf(tx, request.userId, deviceId);
      await store.insert(tx, request.userId, deviceId, tokens.stored);
    });
    if (request.deviceId !== undefined) this.forget(request.userId);
    return { userId: request.userId, deviceId, ...tokens.shown };
  }

  /**
   * Exchanges a refresh token. The one before the present is accepted as long as nobody used the newer access token; after
   * that it is a copy in wrong hands, and the session ends.
   */
  async refresh(refreshToken: string): Promise<Pick<OpenedSession, 'accessToken' | 'refreshToken' | 'expiresInMs'>> {
    const presented = hashToken(refreshToken);
    const tokens = this.#makeTokens(true);
    const userId = await this.#dependencies.database.write(async (tx) => {
      const session = await store.findByRefreshHashForUpdate(tx, presented);
      if (session === undefined) throw unknownToken();
      await store.rotate(tx, session.session_id, presented, tokens.stored);
      return session.user_id;
    });
    this.forget(userId);
    return tokens.shown;
  }

  async listDevices(userIds: readonly UserId[], tx: ReadTx = this.#dependencies.database.reader): Promise<store.DeviceRow[]> {
    return store.listDevices(tx, userIds);
  }

  async renameDevice(userId: UserId, deviceId: DeviceId, displayName: string): Promise<boolean> {
    return this.#dependencies.database.write((tx) => store.renameDevice(tx, userId, deviceId, displayName));
  }

  /** Signs devices out, at once and everywhere. */
  async close(userId: UserId, deviceIds: readonly DeviceId[]): Promise<void> {
    const removed = await this.#dependencies.database.write((tx) => store.removeDevices(tx, userId, deviceIds));
    await this.#announceClosed(userId, removed);
  }

  async closeAll(userId: UserId, except?: DeviceId): Promise<void> {
    const devices = await store.listDevices(this.#dependencies.database.reader, [userId]);
    await this.close(userId, devices.map((device) => device.device_id).filter((deviceId) => deviceId !== except));
  }

  /** Drops what the gate remembers of a user: the next request looks again. To be called after every change of an account. */
  forget(userId: UserId): void {
    this.#generation += 1;
    for (const [token, { requester }] of this.#cache) if (requester.userId === userId) this.#cache.delete(token);
  }

  async #look(token: string, nowMs: number): Promise<CachedRequester> {
    const { database } = this.#dependencies;
    const session = await store.findByAccessHash(database.reader, hashToken(token));
    if (session === undefined) throw unknownToken();
    if (session.access_expires_at !== null && session.access_expires_at <= nowMs) throw unknownToken(true);
    const account = await accounts.find(database.reader, session.user_id);
    if (account === undefined || account.isDeactivated) throw unknownToken();
    if (account.isLocked) throw new MatrixError(401, 'M_USER_LOCKED', 'This account is locked', { soft_logout: true });
    if (session.access_expires_at !== null) await database.write((tx: WriteTx) => store.forgetPreviousRefresh(tx, session.session_id));
    return {
      expiresAtMs: session.access_expires_at ?? undefined,
      requester: {
        userId: session.user_id,
        deviceId: session.device_id,
        sessionId: session.session_id,
        kind: account.kind,
        isAdmin: account.isAdmin,
        isSuspended: account.isSuspended,
      },
    };
  }

  async #announceClosed(userId: UserId, deviceIds: readonly DeviceId[]): Promise<void> {
    this.forget(userId);
    for (const listener of this.#listeners) await listener(userId, deviceIds);
  }

  #deviceIdFor(wanted: string | undefined): DeviceId {
    const deviceId = parseDeviceId(wanted ?? this.#dependencies.random.token(DEVICE_ID_BYTES).toUpperCase().replaceAll(/[^A-Z0-9]/g, 'X'));
    if (deviceId === undefined) throw new MatrixError(400, 'M_INVALID_PARAM', 'The device id is malformed');
    return deviceId;
  }

  #makeTokens(withRefreshToken: boolean): { readonly stored: store.SessionTokens; readonly shown: Pick<OpenedSession, 'accessToken' | 'refreshToken' | 'expiresInMs'> } {
    const { random, clock } = this.#dependencies;
    const accessToken = makeToken(random, 'access');
    const refreshToken = withRefreshToken ? makeToken(random, 'refresh') : undefined;
    const expiresInMs = withRefreshToken ? ACCESS_LIFETIME_MS : undefined;
    return {
      stored: {
        accessHash: hashToken(accessToken),
        accessExpiresAtMs: expiresInMs === undefined ? undefined : clock.nowMs() + expiresInMs,
        refreshHash: refreshToken === undefined ? undefined : hashToken(refreshToken),
      },
      shown: { accessToken, refreshToken, expiresInMs },
    };
  }
}
