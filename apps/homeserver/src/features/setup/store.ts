import type { ServerName } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

/** The agency that this server belongs to. */
export interface Agency {
  readonly name: string;
  readonly serverName: ServerName;
}

/** Undefined until the set-up is done, and always in the conformance mode. */
export async function findAgency(tx: ReadTx): Promise<Agency | undefined> {
  return tx.find<Agency>(sql`select name, server_name as "serverName" from agency`);
}

/** Returns false when there is an agency already: two set-ups at once cannot both succeed. */
export async function insertAgency(tx: WriteTx, { name, serverName }: Agency, createdAtMs: number): Promise<boolean> {
  const inserted = await tx.execute(
    sql`insert into agency (name, server_name, created_at) values (${name}, ${serverName}, ${createdAtMs}) on conflict do nothing`,
  );
  return inserted === 1;
}

export async function replaceSetupCode(tx: WriteTx, sha256: Buffer): Promise<void> {
  await tx.execute(
    sql`insert into setup_code (sha256) values (${sha256}) on conflict (only_row) do update set sha256 = excluded.sha256`,
  );
}

export async function findSetupCode(tx: ReadTx): Promise<Uint8Array | undefined> {
  return (await tx.find<{ sha256: Buffer }>(sql`select sha256 from setup_code`))?.sha256;
}

export async function removeSetupCode(tx: WriteTx): Promise<void> {
  await tx.execute(sql`delete from setup_code`);
}
