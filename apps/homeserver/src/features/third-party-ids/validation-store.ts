import type { CanonicalEmail } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';
import type { MailLanguage } from '../mail/index.ts';

/** What a proof is good for, and nothing else. */
export type ValidationPurpose = 'register' | 'add' | 'reset-password';

/** The fields that a token or a proof is bound to. */
export interface ValidationKey {
  readonly sid: string;
  readonly purpose: ValidationPurpose;
  readonly clientSecretHash: Uint8Array;
}

export interface NewValidation extends ValidationKey {
  readonly address: CanonicalEmail;
  readonly sendAttempt: number;
  readonly language: MailLanguage;
  readonly nextLink: string | undefined;
  readonly expiresAtMs: number;
}

/** Removes what has expired on the way. The session of this client for this address, and whether it asks for a new mail. */
export async function upsert(
  tx: WriteTx,
  validation: NewValidation,
  nowMs: number,
): Promise<{ readonly sid: string; readonly isNewAttempt: boolean }> {
  const { sid, purpose, address, clientSecretHash, sendAttempt, language, nextLink, expiresAtMs } = validation;
  await tx.execute(sql`delete from address_validation where expires_at <= ${nowMs}`);
  const written = await tx.find<{ sid: string }>(sql`
    insert into address_validation as known
      (sid, purpose, address, client_secret_hash, send_attempt, language, next_link, expires_at)
    values (${sid}, ${purpose}, ${address}, ${clientSecretHash}, ${sendAttempt}, ${language}, ${nextLink ?? null}, ${expiresAtMs})
    on conflict (purpose, address, client_secret_hash) where used_at is null do update
       set send_attempt = excluded.send_attempt, language = excluded.language, next_link = excluded.next_link,
           expires_at = excluded.expires_at
     where known.send_attempt < excluded.send_attempt and known.validated_at is null
    returning sid`);
  if (written !== undefined) return { sid: written.sid, isNewAttempt: true };
  const known = await tx.find<{ sid: string }>(sql`
    select sid from address_validation
     where purpose = ${purpose} and address = ${address} and client_secret_hash = ${clientSecretHash} and used_at is null`);
  return { sid: known?.sid ?? sid, isNewAttempt: false };
}

export interface WaitingValidation {
  readonly sid: string;
  readonly purpose: ValidationPurpose;
  readonly address: CanonicalEmail;
  readonly language: MailLanguage;
}

/** One that still waits for its mail to be answered. */
export async function findWaiting(tx: ReadTx, sid: string, nowMs: number): Promise<WaitingValidation | undefined> {
  return tx.find(sql`
    select sid, purpose, address, language from address_validation
     where sid = ${sid} and validated_at is null and expires_at > ${nowMs}`);
}

export async function updateToken(tx: WriteTx, sid: string, tokenHash: Uint8Array): Promise<void> {
  await tx.execute(sql`update address_validation set token_hash = ${tokenHash} where sid = ${sid}`);
}

/** Of any number of parallel attempts with the right token one gets the row. The proof lasts until `expiresAtMs`. */
export async function confirm(
  tx: WriteTx,
  { sid, tokenHash, nowMs, expiresAtMs }: { sid: string; tokenHash: Uint8Array; nowMs: number; expiresAtMs: number },
): Promise<{ readonly nextLink: string | undefined } | undefined> {
  const row = await tx.find<{ next_link: string | null }>(sql`
    update address_validation set validated_at = ${nowMs}, expires_at = ${expiresAtMs}
     where sid = ${sid} and token_hash = ${tokenHash} and validated_at is null and expires_at > ${nowMs}
    returning next_link`);
  return row && { nextLink: row.next_link ?? undefined };
}

export interface Proof {
  readonly address: CanonicalEmail;
  readonly validated_at: number;
}

export async function findProof(tx: ReadTx, key: ValidationKey, nowMs: number): Promise<Proof | undefined> {
  return tx.find(sql`
    select address, validated_at from address_validation
     where sid = ${key.sid} and purpose = ${key.purpose} and client_secret_hash = ${key.clientSecretHash}
       and validated_at is not null and used_at is null and expires_at > ${nowMs}`);
}

/** Uses the proof up: one of any number of parallel attempts gets it. */
export async function takeProof(tx: WriteTx, key: ValidationKey, nowMs: number): Promise<Proof | undefined> {
  return tx.find(sql`
    update address_validation set used_at = ${nowMs}
     where sid = ${key.sid} and purpose = ${key.purpose} and client_secret_hash = ${key.clientSecretHash}
       and validated_at is not null and used_at is null and expires_at > ${nowMs}
    returning address, validated_at`);
}
