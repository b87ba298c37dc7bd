import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export interface MediaRow {
  readonly media_id: string;
  readonly uploader: UserId;
  readonly state: 'reserved' | 'ready';
  readonly storage_name: string | null;
  readonly content_type: string | null;
  readonly file_name: string | null;
  readonly size_bytes: number | null;
  readonly expires_at: number | null;
}

export interface StoredFile {
  readonly storageName: string;
  readonly sizeBytes: number;
  readonly sha256: Uint8Array;
  readonly contentType: string;
  readonly fileName: string | undefined;
}

export async function find(tx: ReadTx, mediaId: string): Promise<MediaRow | undefined> {
  return tx.find(sql`
    select media_id, uploader, state, storage_name, content_type, file_name, size_bytes, expires_at
    from media where media_id = ${mediaId}`);
}

export async function insertReserved(tx: WriteTx, mediaId: string, uploader: UserId, nowMs: number, expiresAtMs: number): Promise<void> {
  await tx.execute(sql`
    insert into media (media_id, uploader, state, created_at, expires_at)
    values (${mediaId}, ${uploader}, 'reserved', ${nowMs}, ${expiresAtMs})`);
}

/** Reserved addresses of a user that may still be used. */
export async function countReserved(tx: ReadTx, uploader: UserId, nowMs: number): Promise<number> {
  const row = await tx.find<{ count: number }>(sql`
    select count(*) as count from media where uploader = ${uploader} and state = 'reserved' and expires_at > ${nowMs}`);
  return row?.count ?? 0;
}

export async function insertReady(tx: WriteTx, mediaId: string, uploader: UserId, nowMs: number, file: StoredFile): Promise<void> {
  await tx.execute(sql`
    insert into media (media_id, uploader, state, created_at, storage_name, content_type, file_name, size_bytes, sha256)
    values (${mediaId}, ${uploader}, 'ready', ${nowMs}, ${file.storageName}, ${file.contentType}, ${file.fileName ?? null},
            ${file.sizeBytes}, ${file.sha256})`);
}

/** False when the address was used or ran out in the meantime. */
export async function fillReserved(tx: WriteTx, mediaId: string, nowMs: number, file: StoredFile): Promise<boolean> {
  const filled = await tx.execute(sql`
    update media set state = 'ready', storage_name = ${file.storageName}, content_type = ${file.contentType},
      file_name = ${file.fileName ?? null}, size_bytes = ${file.sizeBytes}, sha256 = ${file.sha256}, expires_at = null
    where media_id = ${mediaId} and state = 'reserved' and expires_at > ${nowMs}`);
  return filled === 1;
}
