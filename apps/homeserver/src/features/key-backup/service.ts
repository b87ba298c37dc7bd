import { invalidParam, MatrixError, notFound } from '@stafette/contracts';
import { type JsonObject, type UserId, readStoredJson } from '@stafette/protocol';
import type { Database, ReadTx, WriteTx } from '../../database/database.ts';
import * as store from './store.ts';

export interface BackupSession {
  readonly first_message_index: number;
  readonly forwarded_count: number;
  readonly is_verified: boolean;
  readonly session_data: JsonObject;
}

export type SessionsByRoom = Record<string, { sessions: Record<string, BackupSession> }>;

export interface BackupVersion {
  readonly algorithm: string;
  readonly auth_data: JsonObject;
  readonly version: string;
  readonly etag: string;
  readonly count: number;
}

const unknownVersion = (): MatrixError => notFound('There is no such key backup');
const parseVersion = (text: string): number => {
  if (!/^[0-9]{1,15}$/.test(text)) throw unknownVersion();
  return Number(text);
};

/** Longest name of a room or session, which is part of an index, and longest encrypted session, in characters of JSON. */
const MAX_NAME_CHARS = 255;
const MAX_SESSION_CHARS = 16_384;

const isName = (text: string): boolean => text.length > 0 && text.length <= MAX_NAME_CHARS && !text.includes('\0');

/** Rows of an upload; throws M_INVALID_PARAM when a client sends what no client makes. */
function rowsOf(rooms: Readonly<SessionsByRoom>): readonly store.SessionRow[] {
  return Object.entries(rooms).flatMap(([roomId, { sessions }]) =>
    Object.entries(sessions).map(([sessionId, session]) => {
      const text = JSON.stringify(session.session_data);
      if (!isName(roomId) || !isName(sessionId))
        throw invalidParam('The name of a room or session is empty or too long');
      if (text.length > MAX_SESSION_CHARS) throw invalidParam('A session is too large');
      return {
        room_id: roomId,
        session_id: sessionId,
        first_message_index: session.first_message_index,
        forwarded_count: session.forwarded_count,
        is_verified: session.is_verified,
        session_data: text,
      };
    }),
  );
}

/** Stored JSON was written from a body that was an object. */
const readObject = (text: string): JsonObject => readStoredJson(text) as JsonObject;

/**
 * Room keys that clients leave with the server, encrypted for themselves.
 * https://spec.matrix.org/v1.19/client-server-api/#server-side-key-backups
 */
export class KeyBackup {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async createVersion(userId: UserId, algorithm: string, authData: JsonObject): Promise<string> {
    return String(await this.#database.write((tx) => store.insert(tx, userId, algorithm, JSON.stringify(authData))));
  }

  /** The current version when `version` is absent. */
  async getVersion(userId: UserId, version?: string): Promise<BackupVersion> {
    return this.#database.snapshot(async (tx) => {
      const row = await (version === undefined
        ? store.findCurrent(tx, userId)
        : store.find(tx, userId, parseVersion(version)));
      if (row === undefined) throw unknownVersion();
      return {
        algorithm: row.algorithm,
        auth_data: readObject(row.auth_data),
        version: String(row.version),
        etag: String(row.etag),
        count: await store.countSessions(tx, userId, row.version),
      };
    });
  }

  /** Only `auth_data` can change; the algorithm is part of what a version is. */
  async updateVersion(
    userId: UserId,
    version: string,
    update: { algorithm: string; auth_data: JsonObject; version?: string },
  ): Promise<void> {
    if (update.version !== undefined && update.version !== version)
      throw invalidParam('The version in the body is another one');
    await this.#database.write(async (tx) => {
      const row = await store.findForUpdate(tx, userId, parseVersion(version));
      if (row === undefined) throw unknownVersion();
      if (row.algorithm !== update.algorithm) throw invalidParam('The algorithm of a key backup cannot change');
      await store.updateAuthData(tx, userId, row.version, JSON.stringify(update.auth_data));
    });
  }

  /** A version that was deleted before stays so, without an error. */
  async removeVersion(userId: UserId, version: string): Promise<void> {
    await this.#database.write(async (tx) => {
      const number = parseVersion(version);
      if (!(await store.everExisted(tx, userId, number))) throw unknownVersion();
      await store.markDeleted(tx, userId, number);
    });
  }

  async listSessions(userId: UserId, version: string, scope: store.SessionScope): Promise<SessionsByRoom> {
    return this.#database.snapshot(async (tx) => {
      const row = await store.find(tx, userId, parseVersion(version));
      if (row === undefined) throw unknownVersion();
      const rooms: SessionsByRoom = Object.create(null);
      for (const session of await store.listSessions(tx, userId, row.version, scope)) {
        const room = (rooms[session.room_id] ??= { sessions: Object.create(null) });
        room.sessions[session.session_id] = {
          first_message_index: session.first_message_index,
          forwarded_count: session.forwarded_count,
          is_verified: session.is_verified,
          session_data: readObject(session.session_data),
        };
      }
      return rooms;
    });
  }

  /** Adds sessions to the current backup; an older version is refused, so that no client writes where nobody reads. */
  async putSessions(
    userId: UserId,
    version: string,
    rooms: Readonly<SessionsByRoom>,
  ): Promise<{ etag: string; count: number }> {
    const rows = rowsOf(rooms);
    return this.#change(userId, version, async (tx, row) => {
      const current = await store.findCurrent(tx, userId);
      if (current?.version !== row.version) {
        throw new MatrixError(403, 'M_WRONG_ROOM_KEYS_VERSION', 'This key backup is not the current one', {
          current_version: String(current?.version),
        });
      }
      return store.upsertBetterSessions(tx, userId, row.version, rows);
    });
  }

  async removeSessions(
    userId: UserId,
    version: string,
    scope: store.SessionScope,
  ): Promise<{ etag: string; count: number }> {
    return this.#change(userId, version, (tx, row) => store.removeSessions(tx, userId, row.version, scope));
  }

  async #change(
    userId: UserId,
    version: string,
    change: (tx: WriteTx, row: store.BackupRow) => Promise<number>,
  ): Promise<{ etag: string; count: number }> {
    return this.#database.write(async (tx) => {
      const row = await store.findForUpdate(tx, userId, parseVersion(version));
      if (row === undefined) throw unknownVersion();
      const changed = await change(tx, row);
      if (changed > 0) await store.bumpEtag(tx, userId, row.version);
      return this.#stored(tx, userId, row.version, row.etag + (changed > 0 ? 1 : 0));
    });
  }

  async #stored(tx: ReadTx, userId: UserId, version: number, etag: number): Promise<{ etag: string; count: number }> {
    return { etag: String(etag), count: await store.countSessions(tx, userId, version) };
  }
}
