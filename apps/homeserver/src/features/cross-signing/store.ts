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

/** Until the end of the transaction, nobody else changes the keys of this user. Needed where there is no row yet to lock. */
export async function lockKeysOf(tx: WriteTx, userId: UserId): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended('cross-signing ' || ${userId}::text, 0))`);
}

export async function upsertKeys(tx: WriteTx, rows: readonly CrossSigningKeyRow[]): Promise<void> {
  await tx.execute(sql`
    insert into cross_signing_key (user_id, usage, public_key, json)
    select * from unnest(${rows.map((row) => row.user_id)}::text[], ${rows.map((row) => row.usage)}::text[],
                         ${rows.map((row) => row.public_key)}::text[], ${rows.map((row) => row.json)}::text[])
    on conflict (user_id, usage) do update set public_key = excluded.public_key, json = excluded.json`);
}

/** Keys that are replaced, with all signatures on them and by them. */
export async function removeKeys(tx: WriteTx, userId: UserId, rows: readonly CrossSigningKeyRow[]): Promise<void> {
  if (rows.length === 0) return;
  const publicKeys = rows.map((row) => row.public_key);
  await removeSignaturesOn(tx, userId, publicKeys);
  await tx.execute(sql`
    delete from key_signature where signer_user_id = ${userId} and signer_key_id = any(${publicKeys.map((key) => `ed25519:${key}`)})`);
  await tx.execute(sql`delete from cross_signing_key where user_id = ${userId} and public_key = any(${publicKeys})`);
}

/** Signatures on keys of these users: the owner's own, and those of `viewer`. */
export async function listSignatures(
  tx: ReadTx,
  viewer: UserId | undefined,
  targetUserIds: readonly UserId[],
): Promise<SignatureRow[]> {
  return tx.query(sql`
    select target_user_id, target_key, signer_user_id, signer_key_id, signature from key_signature
    where target_user_id = any(${targetUserIds}) and signer_user_id in (target_user_id, ${viewer ?? null})`);
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

export async function removeSignaturesOn(tx: WriteTx, userId: UserId, targetKeys: readonly string[]): Promise<void> {
  await tx.execute(sql`delete from key_signature where target_user_id = ${userId} and target_key = any(${targetKeys})`);
}

/** Lets the user replace their keys once until then. */
export async function permitReplacement(tx: WriteTx, userId: UserId, expiresAtMs: number): Promise<void> {
  await tx.execute(sql`
    insert into cross_signing_permission (user_id, expires_at) values (${userId}, ${expiresAtMs})
    on conflict (user_id) do update set expires_at = excluded.expires_at`);
}

export async function isReplacementPermitted(tx: ReadTx, userId: UserId, nowMs: number): Promise<boolean> {
  const row = await tx.find(
    sql`select from cross_signing_permission where user_id = ${userId} and expires_at > ${nowMs}`,
  );
  return row !== undefined;
}

/** Uses the permission up. False when there was none. */
export async function takePermission(tx: WriteTx, userId: UserId): Promise<boolean> {
  return (await tx.execute(sql`delete from cross_signing_permission where user_id = ${userId}`)) === 1;
}
