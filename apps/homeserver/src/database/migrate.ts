import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DatabaseError, type Client, type ClientConfig } from 'pg';
import { withClient } from './postgres/connection.ts';

/** One step of the schema: `NNNN-name.sql`. Steps only go forward, and one that was applied is never edited. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
  readonly sql: string;
}

interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
}

export const migrationsDirectory = fileURLToPath(new URL('migrations/', import.meta.url));

const UNDEFINED_TABLE = '42P01';
/** Any fixed number: two servers that start over one database take turns by it. */
const ADVISORY_LOCK = 7_237_332;

/** The steps that this version knows, in order. */
export async function readMigrations(directory = migrationsDirectory): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for (const file of (await readdir(directory)).sort()) {
    const match = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file);
    if (!match) throw new Error(`${file} is not named like a migration (0001-name.sql).`);
    const sql = await readFile(`${directory}/${file}`, 'utf8');
    const migration = {
      number: Number(match[1]),
      name: file,
      sha256: createHash('sha256').update(sql).digest('hex'),
      sql,
    };
    if (migrations.at(-1)?.number === migration.number) throw new Error(`Two migrations have the number of ${file}.`);
    migrations.push(migration);
  }
  return migrations;
}

async function readApplied(client: Client): Promise<AppliedMigration[]> {
  try {
    return (await client.query<AppliedMigration>('select number, name, sha256 from schema_migrations order by number'))
      .rows;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === UNDEFINED_TABLE) return [];
    throw error;
  }
}

/** The steps still to be applied. Throws when the database's history is not a beginning of ours. */
export function planMigrations(known: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  const knownByNumber = new Map(known.map((migration) => [migration.number, migration]));
  for (const { number, name, sha256 } of applied) {
    const migration = knownByNumber.get(number);
    if (!migration) {
      throw new Error(
        `The database has the migration ${name}, which this version does not know. Run the newer version that made it.`,
      );
    }
    if (migration.sha256 !== sha256) {
      throw new Error(
        `The migration ${name} was changed after this database applied it. Restore the file, and put the change into a new one.`,
      );
    }
  }
  const last = applied.at(-1)?.number ?? 0;
  const pending = known.slice().filter(({ number }) => !applied.some((done) => done.number === number));
  const late = pending.find(({ number }) => number < last);
  if (late) {
    throw new Error(
      `The migration ${late.name} comes before ${applied.at(-1)?.name}, which this database has already. ` +
        'Give it a higher number; a database used for development alone can be deleted and made anew.',
    );
  }
  return pending;
}

async function apply(client: Client, { number, name, sha256, sql }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into schema_migrations (number, name, sha256) values ($1, $2, $3)', [
      number,
      name,
      sha256,
    ]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    throw new Error(`The migration ${name} failed, and the database is as before it: ${reason}`, { cause });
  }
}

const CREATE_TABLE = `create table if not exists schema_migrations (
  number integer primary key,
  name text not null,
  sha256 text not null,
  applied_at timestamptz not null default now()
)`;

/**
 * Brings a database to the newest schema, each step in a transaction of its own, and returns the names of the steps
 * applied. With nothing to do it costs one query.
 */
export async function migrate(connection: ClientConfig, directory = migrationsDirectory): Promise<readonly string[]> {
  const known = await readMigrations(directory);
  return withClient(connection, async (client) => {
    if (planMigrations(known, await readApplied(client)).length === 0) return [];
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCK]);
    await client.query(CREATE_TABLE);
    // Looked at again under the lock: another server may have been faster.
    const pending = planMigrations(known, await readApplied(client));
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  });
}

/** What the database has and what it lacks, for the command line. */
export async function migrationStatus(
  connection: ClientConfig,
  directory = migrationsDirectory,
): Promise<{ readonly applied: readonly string[]; readonly pending: readonly string[] }> {
  const known = await readMigrations(directory);
  return withClient(connection, async (client) => {
    const applied = await readApplied(client);
    return {
      applied: applied.map(({ name }) => name),
      pending: planMigrations(known, applied).map(({ name }) => name),
    };
  });
}
