import { forbidden, notFound } from '@stafette/contracts';
import type { ServerName, UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import * as store from './store.ts';

interface Dependencies {
  readonly database: Database;
  readonly serverName: ServerName;
}

/** Belongs to the same transaction as what it notes. */
type Note = (tx: WriteTx) => Promise<void>;

const missing = () => notFound('There is no such file');

/** What administrators decide about files: which nobody gets, and which are good. */
export class MediaModeration {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** Throws M_NOT_FOUND. */
  async get(serverName: string, mediaId: string): Promise<store.MediaFacts> {
    const facts = await store.findFacts(this.#d.database.reader, this.#ownId(serverName, mediaId));
    if (facts === undefined) throw missing();
    return facts;
  }

  /** Keeps a file from everybody, or no longer. Throws M_NOT_FOUND, and M_FORBIDDEN when it is protected. */
  async setQuarantined(serverName: string, mediaId: string, by: UserId | null, note: Note): Promise<void> {
    const id = this.#ownId(serverName, mediaId);
    await this.#d.database.write(async (tx) => {
      if (!(await store.setQuarantined(tx, id, by))) {
        if ((await store.findFacts(tx, id))?.state !== 'ready') throw missing();
        throw forbidden('This file is protected: end that before it goes into quarantine');
      }
      await note(tx);
    });
  }

  /** Throws M_NOT_FOUND. */
  async setProtected(mediaId: string, by: UserId | null, note: Note): Promise<void> {
    await this.#d.database.write(async (tx) => {
      if (!(await store.setProtected(tx, mediaId, by))) throw missing();
      await note(tx);
    });
  }

  /** Keeps files from everybody: how many that were handed out before. Those that are protected are. */
  async quarantineAll(
    which: { readonly uploader: UserId } | { readonly mediaIds: readonly string[] },
    by: UserId,
    note: Note,
  ): Promise<number> {
    return this.#d.database.write(async (tx) => {
      await note(tx);
      return 'uploader' in which
        ? store.quarantineOfUploader(tx, which.uploader, by)
        : store.quarantineAmong(tx, which.mediaIds, by);
    });
  }

  #ownId(serverName: string, mediaId: string): string {
    if (serverName !== this.#d.serverName) throw missing();
    return mediaId;
  }
}
