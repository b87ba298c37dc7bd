import type { RoomAlias, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export interface AliasRow {
  readonly alias: RoomAlias;
  readonly room_nid: number;
  readonly creator: UserId;
}

export const findAlias = async (tx: ReadTx, alias: RoomAlias): Promise<AliasRow | undefined> =>
  tx.find(sql`select alias, room_nid, creator from room_alias where alias = ${alias}`);

export async function listAliases(tx: ReadTx, roomNid: number): Promise<readonly RoomAlias[]> {
  const rows = await tx.query<{ alias: RoomAlias }>(
    sql`select alias from room_alias where room_nid = ${roomNid} order by alias`,
  );
  return rows.map((row) => row.alias);
}

export const listAllAliases = async (
  tx: ReadTx,
): Promise<readonly { readonly alias: RoomAlias; readonly room_nid: number }[]> =>
  tx.query(sql`select alias, room_nid from room_alias`);

/** False when the alias is taken. */
export async function insertAlias(tx: WriteTx, row: AliasRow): Promise<boolean> {
  const count = await tx.execute(sql`
    insert into room_alias (alias, room_nid, creator) values (${row.alias}, ${row.room_nid}, ${row.creator}) on conflict do nothing`);
  return count === 1;
}

export async function removeAlias(tx: WriteTx, alias: RoomAlias): Promise<void> {
  await tx.execute(sql`delete from room_alias where alias = ${alias}`);
}

/** Lets all aliases of a room name another one; returns them. */
export async function moveAliases(tx: WriteTx, fromNid: number, toNid: number): Promise<readonly RoomAlias[]> {
  const rows = await tx.query<{ alias: RoomAlias }>(
    sql`update room_alias set room_nid = ${toNid} where room_nid = ${fromNid} returning alias`,
  );
  return rows.map((row) => row.alias);
}

/** Takes all aliases of a room away; returns them. */
export async function removeAliasesOf(tx: WriteTx, roomNid: number): Promise<readonly RoomAlias[]> {
  const rows = await tx.query<{ alias: RoomAlias }>(
    sql`delete from room_alias where room_nid = ${roomNid} returning alias`,
  );
  return rows.map((row) => row.alias);
}

/** Takes a room off all lists. */
export async function removeFromLists(tx: WriteTx, roomNid: number): Promise<void> {
  await tx.execute(sql`delete from published_room where room_nid = ${roomNid}`);
  await tx.execute(sql`delete from network_room where room_nid = ${roomNid}`);
}

/** Those of the rooms that are in the server's own list. */
export async function listPublishedAmong(tx: ReadTx, roomNids: readonly number[]): Promise<readonly number[]> {
  const rows = await tx.query<{ room_nid: number }>(
    sql`select room_nid from published_room where room_nid = any(${roomNids}::bigint[])`,
  );
  return rows.map((row) => row.room_nid);
}

/** Lists a room for a network of a service, or no longer. */
export async function setNetworkRoom(
  tx: WriteTx,
  place: { readonly serviceId: string; readonly networkId: string; readonly roomNid: number },
  isListed: boolean,
): Promise<void> {
  const { serviceId, networkId, roomNid } = place;
  await tx.execute(
    isListed
      ? sql`insert into network_room (service_id, network_id, room_nid) values (${serviceId}, ${networkId}, ${roomNid}) on conflict do nothing`
      : sql`delete from network_room where service_id = ${serviceId} and network_id = ${networkId} and room_nid = ${roomNid}`,
  );
}

/** The rooms of one network, or of all of them. */
export async function listNetworkRooms(tx: ReadTx, instanceId?: string): Promise<readonly number[]> {
  const rows = await tx.query<{ room_nid: number }>(
    instanceId === undefined
      ? sql`select distinct room_nid from network_room order by room_nid`
      : sql`select distinct room_nid from network_room where service_id || '|' || network_id = ${instanceId} order by room_nid`,
  );
  return rows.map((row) => row.room_nid);
}

export async function setPublished(tx: WriteTx, roomNid: number, published: boolean): Promise<void> {
  await tx.execute(
    published
      ? sql`insert into published_room (room_nid) values (${roomNid}) on conflict do nothing`
      : sql`delete from published_room where room_nid = ${roomNid}`,
  );
}

export async function listPublished(tx: ReadTx): Promise<readonly number[]> {
  const rows = await tx.query<{ room_nid: number }>(sql`select room_nid from published_room order by room_nid`);
  return rows.map((row) => row.room_nid);
}
