import type { DeviceId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export async function upsertClient(tx: WriteTx, clientId: string, metadata: string, nowMs: number): Promise<void> {
  await tx.execute(sql`
    insert into oauth_client (client_id, metadata, last_used_at) values (${clientId}, ${metadata}, ${nowMs})
    on conflict (client_id) do update set last_used_at = excluded.last_used_at`);
}

export async function findClientMetadata(tx: ReadTx, clientId: string): Promise<string | undefined> {
  return (await tx.find<{ metadata: string }>(sql`select metadata from oauth_client where client_id = ${clientId}`))
    ?.metadata;
}

/** Those that nobody is logged in with: all from before `sinceMs`, and the oldest beyond `maxCount`. */
export async function removeUnusedClients(tx: WriteTx, sinceMs: number, maxCount: number): Promise<void> {
  await tx.execute(sql`
    delete from oauth_client where client_id in (
      select client_id from (
        select client_id, last_used_at, row_number() over (order by last_used_at desc) as place from oauth_client
        where not exists (select from oauth_session where oauth_session.client_id = oauth_client.client_id)) as unused
      where last_used_at < ${sinceMs} or place > ${maxCount})`);
}

export async function insertSession(tx: WriteTx, sessionId: number, clientId: string, scope: string): Promise<void> {
  await tx.execute(sql`
    insert into oauth_session (session_id, client_id, scope) values (${sessionId}, ${clientId}, ${scope})`);
}

export interface OAuthSessionRow {
  readonly client_id: string;
  readonly scope: string;
}

export async function findSession(tx: ReadTx, sessionId: number): Promise<OAuthSessionRow | undefined> {
  return tx.find(sql`select client_id, scope from oauth_session where session_id = ${sessionId}`);
}

/** The metadata of the client that a device is logged in with. */
export async function findClientOfDevice(tx: ReadTx, userId: UserId, deviceId: DeviceId): Promise<string | undefined> {
  const row = await tx.find<{ metadata: string }>(sql`
    select oauth_client.metadata from session join oauth_session using (session_id) join oauth_client using (client_id)
    where user_id = ${userId} and device_id = ${deviceId} order by session_id desc limit 1`);
  return row?.metadata;
}

export interface CodeRow {
  readonly client_id: string;
  readonly user_id: UserId;
  readonly redirect_uri: string;
  readonly scope: string;
  readonly device_id: DeviceId;
  readonly code_challenge: string;
  readonly expires_at: number;
}

export interface StoredCodeRow extends CodeRow {
  readonly redeemed_at: number | null;
  readonly session_id: number | null;
}

/** Removes on the way what expired before `forgetBeforeMs`. */
export async function insertCode(
  tx: WriteTx,
  codeHash: Uint8Array,
  code: CodeRow,
  forgetBeforeMs: number,
): Promise<void> {
  await tx.execute(sql`delete from oauth_code where expires_at <= ${forgetBeforeMs}`);
  await tx.execute(sql`
    insert into oauth_code (code_hash, client_id, user_id, redirect_uri, scope, device_id, code_challenge, expires_at)
    values (${codeHash}, ${code.client_id}, ${code.user_id}, ${code.redirect_uri}, ${code.scope}, ${code.device_id},
      ${code.code_challenge}, ${code.expires_at})`);
}

export async function findCode(tx: ReadTx, codeHash: Uint8Array): Promise<StoredCodeRow | undefined> {
  return tx.find(sql`
    select client_id, user_id, redirect_uri, scope, device_id, code_challenge, expires_at, redeemed_at, session_id
    from oauth_code where code_hash = ${codeHash}`);
}

/** False when it was redeemed before; of any number of parallel attempts one gets true. */
export async function markCodeRedeemed(
  tx: WriteTx,
  codeHash: Uint8Array,
  sessionId: number,
  nowMs: number,
): Promise<boolean> {
  return (
    (await tx.execute(sql`
      update oauth_code set redeemed_at = ${nowMs}, session_id = ${sessionId}
      where code_hash = ${codeHash} and redeemed_at is null`)) === 1
  );
}
