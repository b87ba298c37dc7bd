import type { WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

/** How far a service was told what happened. */
export interface Progress {
  readonly position: number;
  /** The same for the stream of device lists. */
  readonly deviceListsPosition: number;
  /** Of the last transaction that was made. */
  readonly transactionNumber: number;
  /** The last transaction's body, until it is acknowledged. */
  readonly pending: string | undefined;
}

interface ProgressRow {
  readonly position: number;
  readonly device_lists_position: number | null;
  readonly transaction_number: number;
  readonly pending: string | null;
}

/** A service that is new begins with what happens from now on. */
export async function openProgress(tx: WriteTx, serviceId: string, fresh: Progress): Promise<Progress> {
  await tx.execute(sql`
    insert into appservice_progress (service_id, position, transaction_number)
    values (${serviceId}, ${fresh.position}, ${fresh.transactionNumber}) on conflict do nothing`);
  const row = await tx.find<ProgressRow>(sql`
    select position, device_lists_position, transaction_number, pending from appservice_progress where service_id = ${serviceId}`);
  if (row === undefined) return fresh;
  return {
    position: row.position,
    deviceListsPosition: row.device_lists_position ?? fresh.deviceListsPosition,
    transactionNumber: row.transaction_number,
    pending: row.pending ?? undefined,
  };
}

/** Keeps a transaction that is about to be sent. */
export async function putTransaction(tx: WriteTx, serviceId: string, progress: Progress): Promise<void> {
  await tx.execute(sql`
    update appservice_progress set position = ${progress.position}, device_lists_position = ${progress.deviceListsPosition}, transaction_number = ${progress.transactionNumber},
      pending = ${progress.pending ?? null} where service_id = ${serviceId}`);
}

/**
 * The pending transaction was acknowledged. Not waiting for the disk: should this be lost, the service is sent the same
 * transaction under the same name again, and knows it.
 */
export async function clearTransaction(tx: WriteTx, serviceId: string): Promise<void> {
  await tx.execute(sql`set local synchronous_commit = off`);
  await tx.execute(sql`update appservice_progress set pending = null where service_id = ${serviceId}`);
}

/** What came before this position was of no interest. */
export async function skipTo(tx: WriteTx, serviceId: string, position: number): Promise<void> {
  await tx.execute(sql`update appservice_progress set position = ${position} where service_id = ${serviceId}`);
}
