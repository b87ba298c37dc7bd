import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export interface SigningKeyRow {
  readonly key_id: string;
  readonly seed: Buffer;
  readonly public_key: Buffer;
  readonly created_at: number;
  readonly expired_at: number | null;
}

/** All keys this server ever signed with, the newest first. */
export const listKeys = async (tx: ReadTx): Promise<readonly SigningKeyRow[]> =>
  tx.query(
    sql`select key_id, seed, public_key, created_at, expired_at from server_signing_key order by created_at desc, key_id`,
  );

export async function insertKey(tx: WriteTx, key: Omit<SigningKeyRow, 'expired_at'>): Promise<void> {
  await tx.execute(sql`
    insert into server_signing_key (key_id, seed, public_key, created_at) values (${key.key_id}, ${key.seed}, ${key.public_key}, ${key.created_at})`);
}
