import { parseRoomId, parseServerName, serverNameOf, type RoomAlias, type RoomId } from '@stafette/protocol';
import { lookUp, type FederationClient } from '../federation-client/index.ts';

export interface RemoteRoom {
  readonly room_id: RoomId;
  /** Servers that are in the room. */
  readonly servers: string[];
}

/** Servers that a client is told of; the first that answers is enough. */
const MAX_SERVERS = 100;

/** The room that an alias of another server leads to; undefined when that server shows us none. */
export async function findRemoteRoom(
  federation: Pick<FederationClient, 'request'>,
  alias: RoomAlias,
): Promise<RemoteRoom | undefined> {
  const answer = await lookUp(federation, {
    destination: serverNameOf(alias),
    path: '/_matrix/federation/v1/query/directory',
    query: { room_alias: alias },
  });
  const { room_id: text, servers } = answer ?? {};
  const roomId = typeof text === 'string' ? parseRoomId(text) : undefined;
  if (roomId === undefined) return undefined;
  const names = (Array.isArray(servers) ? servers : []).filter(
    (name: unknown): name is string => typeof name === 'string' && parseServerName(name) !== undefined,
  );
  return { room_id: roomId, servers: names.slice(0, MAX_SERVERS) };
}
