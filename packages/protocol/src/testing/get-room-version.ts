import type { RoomVersion, RoomVersionId } from '../room-versions/room-version.ts';
import { roomVersions } from '../room-versions/table.ts';

/** The room version of this id, which the caller has written down. */
export function getRoomVersion(id: RoomVersionId): RoomVersion {
  const version = roomVersions.get(id);
  if (version === undefined) throw new Error(`no room version ${id}`);
  return version;
}
