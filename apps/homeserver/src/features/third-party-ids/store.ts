import type { CanonicalEmail, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export interface ThirdPartyIdRow {
  readonly address: CanonicalEmail;
  readonly validated_at: number;
  readonly added_at: number;
}

export async function listOf(tx: ReadTx, userId: UserId): Promise<ThirdPartyIdRow[]> {
  return tx.query(sql`
    select address, validated_at, added_at from third_party_id where user_id = ${userId} order by added_at, address`);
}

export async function findOwner(tx: ReadTx, address: CanonicalEmail): Promise<UserId | undefined> {
  const row = await tx.find<{ user_id: UserId }>(sql`
    select user_id from third_party_id where medium = 'email' and address = ${address}`);
  return row?.user_id;
}

/** False when the address belongs to another account. */
export async function insert(tx: WriteTx, userId: UserId, { address, validated_at, added_at }: ThirdPartyIdRow) {
  const written = await tx.execute(sql`
    insert into third_party_id as known (medium, address, user_id, validated_at, added_at)
    values ('email', ${address}, ${userId}, ${validated_at}, ${added_at})
    on conflict (medium, address) do update set validated_at = excluded.validated_at where known.user_id = excluded.user_id`);
  return written === 1;
}

export async function remove(tx: WriteTx, userId: UserId, address: CanonicalEmail): Promise<void> {
  await tx.execute(sql`
    delete from third_party_id where medium = 'email' and address = ${address} and user_id = ${userId}`);
}

export async function removeAll(tx: WriteTx, userId: UserId): Promise<void> {
  await tx.execute(sql`delete from third_party_id where user_id = ${userId}`);
}
