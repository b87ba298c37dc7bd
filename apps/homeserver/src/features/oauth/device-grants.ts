import { OAuthError } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { Client } from './clients.ts';
import * as store from './device-grant-store.ts';
import { hashSecret, invalidGrant, type Grants, type TokenAnswer } from './grants.ts';
import type { GrantedScope } from './scope.ts';
import { hashUserCode, makeUserCode } from './user-code.ts';

export type { DeviceGrantRow } from './device-grant-store.ts';

const CODE_BYTES = 32;
const LIFETIME_MS = 15 * 60 * 1000;
/** Between two questions of a device, ms. */
const INTERVAL_MS = 5 * 1000;
/** A device whose clock runs a little fast is not sent away. */
const INTERVAL_TOLERANCE_MS = 500;
/** Devices that may wait at the same time, of everybody. */
const MAX_WAITING = 10_000;
/** A code that is taken already is rare; two in a row are a full table. */
const ATTEMPTS = 3;

export interface DeviceCodes {
  /** The device's own. */
  readonly deviceCode: string;
  /** What the person types. */
  readonly userCode: string;
  readonly expiresInMs: number;
  readonly intervalMs: number;
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly grants: Grants;
}

/** A device that waits for somebody to allow it in a browser elsewhere. RFC 8628 */
export class DeviceGrants {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  async begin(client: Client, scope: GrantedScope, ip: string): Promise<DeviceCodes> {
    const { database, clock, random } = this.#d;
    const nowMs = clock.nowMs();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const deviceCode = `stafette_device_${random.token(CODE_BYTES)}`;
      const userCode = makeUserCode(random);
      const row = {
        device_code_hash: hashSecret(deviceCode),
        user_code_hash: hashUserCode(userCode),
        client_id: client.clientId,
        scope: scope.text,
        device_id: scope.deviceId,
        requested_at: nowMs,
        requested_ip: ip,
        expires_at: nowMs + LIFETIME_MS,
      };
      if (await database.write((tx) => store.insert(tx, row, MAX_WAITING)))
        return { deviceCode, userCode, expiresInMs: LIFETIME_MS, intervalMs: INTERVAL_MS };
    }
    throw new OAuthError('temporarily_unavailable', 'Too many devices wait already', 503);
  }

  /** The device that waits with this code; undefined when it was decided, has expired, or never was. */
  async findWaiting(userCode: string): Promise<store.DeviceGrantRow | undefined> {
    const row = await store.findByUserCode(this.#d.database.reader, hashUserCode(userCode));
    const isWaiting = row !== undefined && row.decided_at === null && row.expires_at > this.#d.clock.nowMs();
    return isWaiting ? row : undefined;
  }

  /** Undefined `userId` denies. False when it is not waiting any more. */
  async decide(grant: store.DeviceGrantRow, userId: UserId | undefined): Promise<boolean> {
    const nowMs = this.#d.clock.nowMs();
    return this.#d.database.write((tx) => store.decide(tx, grant.device_code_hash, userId, nowMs));
  }

  /** Answers a device that asks; throws the codes of RFC 8628 section 3.5 while there are no tokens. */
  async redeem(client: Client, deviceCode: string | undefined): Promise<TokenAnswer> {
    const { database, clock, grants } = this.#d;
    if (deviceCode === undefined) throw new OAuthError('invalid_request', 'device_code is needed');
    const nowMs = clock.nowMs();
    const codeHash = hashSecret(deviceCode);
    const grant = await database.write((tx) => store.poll(tx, codeHash, nowMs));
    if (grant === undefined || grant.client_id !== client.clientId) throw invalidGrant();
    if (grant.expires_at <= nowMs) throw new OAuthError('expired_token', 'It took too long; begin again');
    if (grant.last_polled_at !== null && nowMs - grant.last_polled_at < INTERVAL_MS - INTERVAL_TOLERANCE_MS)
      throw new OAuthError('slow_down', 'Ask less often');
    if (grant.decided_at === null) throw new OAuthError('authorization_pending', 'Nobody has decided yet');
    const { user_id: userId, device_id: deviceId, scope } = grant;
    if (userId === null) throw new OAuthError('access_denied', 'The log-in was not allowed');
    return grants.open({ client, userId, deviceId, scope }, async (tx) => {
      if (!(await store.remove(tx, codeHash))) throw invalidGrant();
    });
  }
}
