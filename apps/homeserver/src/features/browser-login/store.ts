import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export interface BrowserSessionRow {
  readonly user_id: UserId;
  readonly password_fingerprint: Buffer;
  readonly expires_at: number;
}

/** Removes what has expired on the way. */
export async function insert(
  tx: WriteTx,
  session: {
    readonly tokenHash: Uint8Array;
    readonly userId: UserId;
    readonly passwordFingerprint: Uint8Array;
    readonly expiresAtMs: number;
  },
  nowMs: number,
): Promise<void> {
  await tx.execute(sql`delete from browser_session where expires_at <= ${nowMs}`);
  await tx.execute(sql`
    insert into browser_session (token_hash, user_id, password_fingerprint, expires_at)
    values (${session.tokenHash}, ${session.userId}, ${session.passwordFingerprint}, ${session.expiresAtMs})`);
}

export async function find(tx: ReadTx, tokenHash: Uint8Array): Promise<BrowserSessionRow | undefined> {
  return tx.find(sql`
    select user_id, password_fingerprint, expires_at from browser_session where token_hash = ${tokenHash}`);
}

export async function remove(tx: WriteTx, tokenHash: Uint8Array): Promise<void> {
  await tx.execute(sql`delete from browser_session where token_hash = ${tokenHash}`);
}
