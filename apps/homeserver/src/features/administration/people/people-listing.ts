import type { Database } from '../../../database/database.ts';
import * as store from './people-store.ts';

/** What administrators see of everybody's accounts at once. */
export class PeopleListing {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(
    query: store.PersonQuery,
  ): Promise<{ readonly people: readonly store.PersonRow[]; readonly total: number }> {
    return store.listPeople(this.#database.reader, query);
  }
}
