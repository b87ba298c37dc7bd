import { invalidParam, missingParam } from '@stafette/contracts';
import { type DeviceId, type JsonObject, type UserId, readStoredJson } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import * as store from './store.ts';

/** A pusher as a client states it; `kind: null` removes it. */
export interface PusherRequest {
  readonly app_id: string;
  readonly pushkey: string;
  readonly kind: string | null;
  readonly app_display_name?: string;
  readonly device_display_name?: string;
  readonly profile_tag?: string;
  readonly lang?: string;
  readonly data?: JsonObject;
  readonly append?: boolean;
}

export interface Pusher {
  readonly app_id: string;
  readonly pushkey: string;
  readonly kind: string;
  readonly app_display_name: string;
  readonly device_display_name: string;
  readonly lang: string;
  readonly data: JsonObject;
  readonly profile_tag?: string;
}

const NOTIFY_PATH = '/_matrix/push/v1/notify';

function checkData(kind: string, data: JsonObject): void {
  if (kind !== 'http') throw invalidParam('This server has pushers of kind http only');
  const { url } = data;
  if (typeof url !== 'string') throw missingParam('data.url is missing');
  const parsed = URL.parse(url);
  if (
    parsed === null ||
    (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') ||
    parsed.username !== '' ||
    parsed.password !== ''
  ) {
    throw invalidParam('data.url is not an http address');
  }
  if (parsed.pathname !== NOTIFY_PATH) throw invalidParam(`data.url has to have the path ${NOTIFY_PATH}`);
}

function readPusher(request: PusherRequest, kind: string): Pusher {
  const { app_id, pushkey, app_display_name, device_display_name, lang, data, profile_tag } = request;
  if (app_display_name === undefined) throw missingParam('app_display_name is missing');
  if (device_display_name === undefined) throw missingParam('device_display_name is missing');
  if (lang === undefined) throw missingParam('lang is missing');
  if (data === undefined) throw missingParam('data is missing');
  checkData(kind, data);
  return {
    app_id,
    pushkey,
    kind,
    app_display_name,
    device_display_name,
    lang,
    data,
    ...(profile_tag === undefined ? {} : { profile_tag }),
  };
}

/** Where the notifications of users go. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3pushersset */
export class Pushers {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  async list(userId: UserId): Promise<Pusher[]> {
    // Written by `set` from a pusher.
    return (await store.listPushers(this.#database.reader, userId)).map(
      (row) => readStoredJson(row.json) as unknown as Pusher,
    );
  }

  async set(userId: UserId, deviceId: DeviceId | undefined, request: PusherRequest): Promise<void> {
    const { app_id: appId, pushkey, kind } = request;
    if (kind === null) {
      await this.#database.write((tx) => store.removePusher(tx, userId, appId, pushkey));
      return;
    }
    const json = JSON.stringify(readPusher(request, kind));
    await this.#database.write(async (tx) => {
      // Without `append` a key belongs to one account: the device changed hands.
      if (request.append !== true) await store.removePusherOfOthers(tx, userId, appId, pushkey);
      await store.upsertPusher(tx, { userId, appId, pushkey, deviceId, json }, this.#clock.nowMs());
    });
  }

  async removeDevices(userId: UserId, deviceIds: readonly DeviceId[]): Promise<void> {
    await this.#database.write((tx) => store.removePushersOfDevices(tx, userId, deviceIds));
  }
}
