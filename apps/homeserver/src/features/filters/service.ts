import { createHash } from 'node:crypto';
import { MatrixError } from '@stafette/contracts';
import { isJsonObject, type JsonObject, type JsonValue, type UserId, readStoredJson } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import * as store from './store.ts';

/** Clients use a handful. */
const MAX_FILTERS = 1000;
const ID_CHARACTERS = 22;

/** Filters that clients stored, so that they need not send them with every request. */
export class Filters {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Its id; the same filter has the same id. */
  async define(userId: UserId, filter: JsonObject): Promise<string> {
    const json = JSON.stringify(filter);
    const filterId = createHash('sha256').update(json).digest('base64url').slice(0, ID_CHARACTERS);
    await this.#database.write(async (tx) => {
      if ((await store.insert(tx, userId, filterId, json)) && (await store.count(tx, userId)) > MAX_FILTERS) {
        throw new MatrixError(403, 'M_FORBIDDEN', `An account has at most ${MAX_FILTERS} filters`);
      }
    });
    return filterId;
  }

  async find(userId: UserId, filterId: string): Promise<JsonObject | undefined> {
    if (filterId.includes('\0')) return undefined;
    const json = await store.find(this.#database.reader, userId, filterId);
    if (json === undefined) return undefined;
    // Written by JSON.stringify from an object.
    const filter = readStoredJson(json) as JsonValue;
    return isJsonObject(filter) ? filter : undefined;
  }
}
