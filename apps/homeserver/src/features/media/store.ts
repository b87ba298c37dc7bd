import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { fragment, sql } from '../../database/sql.ts';

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

/** What is in quarantine is not there. */
export async function find(tx: ReadTx, mediaId: string): Promise<MediaRow | undefined> {
  return tx.find(sql`
    select media_id, uploader, state, storage_name, content_type, file_name, size_bytes, expires_at
    from media where media_id = ${mediaId} and quarantined_by is null`);
}

/** What administrators are told of a file, in quarantine too. */
export interface MediaFacts extends MediaRow {
  readonly created_at: number;
  readonly quarantined_by: UserId | null;
  readonly protected_by: UserId | null;
  readonly sha256: Uint8Array | null;
}

export async function findFacts(tx: ReadTx, mediaId: string): Promise<MediaFacts | undefined> {
  return tx.find(sql`
    select media_id, uploader, state, storage_name, content_type, file_name, size_bytes, expires_at, created_at, quarantined_by,
      protected_by, sha256
    from media where media_id = ${mediaId}`);
}

/** Puts a file into quarantine, or takes it out. False when there is no such file, or one that is protected. */
export async function setQuarantined(tx: WriteTx, mediaId: string, by: UserId | null): Promise<boolean> {
  return (
    (await tx.execute(sql`
      update media set quarantined_by = ${by}
      where media_id = ${mediaId} and state = 'ready' and (${by}::text is null or protected_by is null)`)) === 1
  );
}

/** False when there is no such file. */
export async function setProtected(tx: WriteTx, mediaId: string, by: UserId | null): Promise<boolean> {
  return (
    (await tx.execute(sql`update media set protected_by = ${by} where media_id = ${mediaId} and state = 'ready'`)) === 1
  );
}

const mayBeQuarantined = fragment`state = 'ready' and quarantined_by is null and protected_by is null`;

export const quarantineOfUploader = async (tx: WriteTx, uploader: UserId, by: UserId): Promise<number> =>
  tx.execute(sql`update media set quarantined_by = ${by} where uploader = ${uploader} and ${mayBeQuarantined}`);

export const quarantineAmong = async (tx: WriteTx, mediaIds: readonly string[], by: UserId): Promise<number> =>
  tx.execute(
    sql`update media set quarantined_by = ${by} where media_id = any(${mediaIds}::text[]) and ${mayBeQuarantined}`,
  );

export async function insertReserved(
  tx: WriteTx,
  mediaId: string,
  uploader: UserId,
  nowMs: number,
  expiresAtMs: number,
): Promise<void> {
  await tx.execute(sql`
    insert into media (media_id, uploader, state, created_at, expires_at)
    values (${mediaId}, ${uploader}, 'reserved', ${nowMs}, ${expiresAtMs})`);
}

/** Addresses that a user reserved and did not use in time. */
export async function removeExpired(tx: WriteTx, uploader: UserId, nowMs: number): Promise<void> {
  await tx.execute(
    sql`delete from media where uploader = ${uploader} and state = 'reserved' and expires_at <= ${nowMs}`,
  );
}

/** Reserved addresses of a user that were not used yet. */
export async function countReserved(tx: ReadTx, uploader: UserId): Promise<number> {
  const row = await tx.find<{ count: number }>(
    sql`select count(*) as count from media where uploader = ${uploader} and state = 'reserved'`,
  );
  return row?.count ?? 0;
}

/** Bytes of all files of a user. */
export async function sumBytes(tx: ReadTx, uploader: UserId): Promise<number> {
  const row = await tx.find<{ total: number }>(
    sql`select coalesce(sum(size_bytes), 0)::bigint as total from media where uploader = ${uploader}`,
  );
  return row?.total ?? 0;
}

/** Those of the names under which a file is known. */
export async function listKnown(tx: ReadTx, storageNames: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ storage_name: string }>(
    sql`select storage_name from media where storage_name = any(${storageNames}::text[])`,
  );
  return new Set(rows.map((row) => row.storage_name));
}

export async function insertReady(
  tx: WriteTx,
  mediaId: string,
  uploader: UserId,
  nowMs: number,
  file: StoredFile,
): Promise<void> {
  await tx.execute(sql`
    insert into media (media_id, uploader, state, created_at, storage_name, content_type, file_name, size_bytes, sha256)
    values (${mediaId}, ${uploader}, 'ready', ${nowMs}, ${file.storageName}, ${file.contentType}, ${file.fileName ?? null},
            ${file.sizeBytes}, ${file.sha256})`);
}

/** False when the address was used, or ran out and was given up, in the meantime. */
export async function fillReserved(tx: WriteTx, mediaId: string, file: StoredFile): Promise<boolean> {
  const filled = await tx.execute(sql`
    update media set state = 'ready', storage_name = ${file.storageName}, content_type = ${file.contentType},
      file_name = ${file.fileName ?? null}, size_bytes = ${file.sizeBytes}, sha256 = ${file.sha256}, expires_at = null
    where media_id = ${mediaId} and state = 'reserved'`);
  return filled === 1;
}

/** The storage name of the file that goes with it. */
export async function remove(tx: WriteTx, mediaId: string): Promise<string | undefined> {
  const row = await tx.find<{ storage_name: string | null }>(
    sql`delete from media where media_id = ${mediaId} returning storage_name`,
  );
  return row?.storage_name ?? undefined;
}
