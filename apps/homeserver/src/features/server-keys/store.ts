import type { ServerName } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql, type Statement } from '../../database/sql.ts';
import type { RemoteKey } from './read-server-keys.ts';

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

export const listRemoteKeys = async (tx: ReadTx, server: ServerName): Promise<readonly RemoteKey[]> =>
  tx.query(sql`
    select key_id as "keyId", public_key as "publicKey", valid_until as "validUntilMs" from remote_server_key
    where server_name = ${server}`);

export const upsertRemoteKeys = (server: ServerName, keys: readonly RemoteKey[]): Statement => sql`
  insert into remote_server_key (server_name, key_id, public_key, valid_until)
  select ${server}::text, * from unnest(${keys.map(({ keyId }) => keyId)}::text[],
    ${keys.map(({ publicKey }) => Buffer.from(publicKey))}::bytea[], ${keys.map(({ validUntilMs }) => validUntilMs)}::bigint[])
  on conflict (server_name, key_id) do update
    set public_key = excluded.public_key, valid_until = excluded.valid_until`;
