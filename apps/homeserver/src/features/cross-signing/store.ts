import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export type CrossSigningUsage = 'master' | 'self_signing' | 'user_signing';

export interface CrossSigningKeyRow {
  readonly user_id: UserId;
  readonly usage: CrossSigningUsage;
  /** Unpadded base64. */
  readonly public_key: string;
  readonly json: string;
}

export interface SignatureRow {
  readonly target_user_id: UserId;
  /** A device id, or the public key of a cross-signing key. */
  readonly target_key: string;
  readonly signer_user_id: UserId;
  readonly signer_key_id: string;
  readonly signature: string;
}

export async function listKeys(tx: ReadTx, userIds: readonly UserId[]): Promise<CrossSigningKeyRow[]> {
  return tx.query(sql`select user_id, usage, public_key, json from cross_signing_key where user_id = any(${userIds})`);
}

export async function upsertKeys(tx: WriteTx, rows: readonly CrossSigningKeyRow[]): Promise<void> {
  await tx.execute(sql`
    insert into cross_signing_key (user_id, usage, public_key, json)
    select * from unnest(${rows.map((row) => row.user_id)}::text[], ${rows.map((row) => row.usage)}::text[],
                         ${rows.map((row) => row.public_key)}::text[], ${rows.map((row) => row.json)}::text[])
    on conflict (user_id, usage) do update set public_key = excluded.public_key, json = excluded.json`);
}

export async function listSignatures(tx: ReadTx, targetUserIds: readonly UserId[]): Promise<SignatureRow[]> {
  return tx.query(sql`
    select target_user_id, target_key, signer_user_id, signer_key_id, signature from key_signature
    where target_user_id = any(${targetUserIds})`);
}

export async function upsertSignatures(tx: WriteTx, rows: readonly SignatureRow[]): Promise<number> {
  return tx.execute(sql`
    insert into key_signature as stored (target_user_id, target_key, signer_user_id, signer_key_id, signature)
    select * from unnest(${rows.map((row) => row.target_user_id)}::text[], ${rows.map((row) => row.target_key)}::text[],
                         ${rows.map((row) => row.signer_user_id)}::text[], ${rows.map((row) => row.signer_key_id)}::text[],
                         ${rows.map((row) => row.signature)}::text[])
    on conflict (target_user_id, target_key, signer_user_id, signer_key_id)
      do update set signature = excluded.signature where stored.signature <> excluded.signature`);
}

/** A key that is gone takes the signatures on it along. */
export async function removeSignaturesOn(tx: WriteTx, userId: UserId, targetKeys: readonly string[]): Promise<void> {
  await tx.execute(sql`delete from key_signature where target_user_id = ${userId} and target_key = any(${targetKeys})`);
}
