import type { clientServer, federation } from '@stafette/contracts';
import type { JsonObject, UserId } from '@stafette/protocol';
import type { HandlersOf } from '../../http/handler.ts';
import type { FederationClient } from '../federation-client/index.ts';
import { Aliases, type AliasDependencies } from './aliases.ts';
import { RoomCreation } from './create-room.ts';
import { RoomDirectory } from './directory.ts';
import { deleteRoomAlias, getLocalAliases, getRoomIdByAlias, setRoomAlias } from './endpoints/aliases.ts';
import { createRoom } from './endpoints/create-room.ts';
import {
  getPublicRooms,
  getRoomVisibilityOnDirectory,
  queryPublicRooms,
  setRoomVisibilityOnDirectory,
  updateAppserviceRoomDirectoryVisibility,
} from './endpoints/directory.ts';
import { getRoomSummary } from './endpoints/get-room-summary.ts';
import { queryRoomDirectory } from './endpoints/query-room-directory.ts';
import { upgradeRoom } from './endpoints/upgrade-room.ts';
import { findRemoteRoom } from './remote-aliases.ts';

export type { Aliases } from './aliases.ts';
export { getVersion, RoomCreation } from './create-room.ts';
export { noIdentityServer } from './no-identity-server.ts';
export { isRestricted, maySeeSummary, meetsCondition } from './room-admission.ts';
export { summariseRoom } from './room-summary.ts';

export interface RoomsOptions extends AliasDependencies {
  /** Of rooms whose creator names none. */
  readonly defaultVersion: string;
  /** Whether rooms that are not public are encrypted from the start. */
  readonly forcesEncryption: boolean;
  readonly profileOf: (userId: UserId) => Promise<JsonObject>;
  /** Throws M_INVITE_BLOCKED. */
  readonly assertInvitable: (userId: UserId, inviter: UserId) => Promise<void>;
}

export interface Rooms extends RoomsOptions {
  readonly aliases: Aliases;
  readonly creation: RoomCreation;
  readonly directory: RoomDirectory;
}

export function createRooms(options: RoomsOptions): Rooms {
  const aliases = new Aliases(options);
  return {
    ...options,
    aliases,
    creation: new RoomCreation({ ...options, aliases }),
    directory: new RoomDirectory(options),
  };
}

/** `isListForStrangers`: whoever has no account may look at the directory too. */
export const roomsHandlers = (rooms: Rooms, federation: FederationClient, isListForStrangers: boolean) =>
  ({
    createRoom: createRoom(rooms.creation),
    setRoomAlias: setRoomAlias(rooms.aliases),
    getRoomIdByAlias: getRoomIdByAlias(rooms.aliases, rooms.serverName, async (alias) =>
      findRemoteRoom(federation, alias),
    ),
    deleteRoomAlias: deleteRoomAlias(rooms.aliases),
    getLocalAliases: getLocalAliases(rooms.aliases, rooms.roomEvents),
    getRoomVisibilityOnDirectory: getRoomVisibilityOnDirectory(rooms.directory),
    setRoomVisibilityOnDirectory: setRoomVisibilityOnDirectory(rooms.directory),
    updateAppserviceRoomDirectoryVisibility: updateAppserviceRoomDirectoryVisibility(rooms.directory),
    getPublicRooms: getPublicRooms(rooms.directory, isListForStrangers),
    queryPublicRooms: queryPublicRooms(rooms.directory),
    upgradeRoom: upgradeRoom(rooms),
    getRoomSummary: getRoomSummary(rooms.aliases),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;

export const roomsFederationHandlers = ({ aliases, serverName }: Rooms) =>
  ({ queryRoomDirectory: queryRoomDirectory(aliases, serverName) }) satisfies Partial<HandlersOf<typeof federation>>;
