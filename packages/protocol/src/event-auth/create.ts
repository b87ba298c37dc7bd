import { parseUserId } from '../identifiers.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';
import { findRoomVersion } from '../room-versions/table.ts';
import type { AuthPdu } from './auth-input.ts';
import { domainOf } from './domain.ts';
import { allowed, refuse, type AuthVerdict } from './verdict.ts';

/** Rule 1: the event that starts a room. Needs no state, as there is none. */
export function checkCreate(event: AuthPdu, version: RoomVersion): AuthVerdict {
  // "If it has any prev_events, reject."
  if (event.prevEvents.length > 0) return refuse(version, 'create.prevEvents', 'the create event has previous events');
  const room = checkRoomId(event, version);
  if (!room.allowed) return room;
  // "If content.room_version is present and is not a recognised version, reject."
  const roomVersion = event.content['room_version'];
  if (roomVersion !== undefined && (typeof roomVersion !== 'string' || findRoomVersion(roomVersion) === undefined)) {
    return refuse(version, 'create.roomVersion', 'the room version is unknown');
  }
  // Versions 1 to 10: "If content has no creator property, reject."
  if (version.createHasCreator && event.content['creator'] === undefined) {
    return refuse(version, 'create.creator', 'the create event names no creator');
  }
  // Version 12: "If additional_creators is present in content and is not an array of strings where each string passes the
  // same user ID validation applied to sender, reject."
  if (version.creatorsArePrivileged && !areUserIds(event.content['additional_creators'])) {
    return refuse(version, 'create.additionalCreators', 'additional_creators is not a list of user ids');
  }
  // "Otherwise, allow."
  return allowed;
}

function checkRoomId(event: AuthPdu, version: RoomVersion): AuthVerdict {
  if (version.roomIdIsCreateHash) {
    // Version 12: "If the event has a room_id, reject." It is the event's own hash.
    return event.json['room_id'] === undefined
      ? allowed
      : refuse(version, 'create.roomDomain', 'the create event has a room_id');
  }
  // "If the domain of the room_id does not match the domain of the sender, reject."
  const matches = domainOf(event.roomId) === domainOf(event.sender);
  return matches ? allowed : refuse(version, 'create.roomDomain', 'the room id is of another server than the sender');
}

function areUserIds(value: unknown): boolean {
  if (value === undefined) return true;
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && parseUserId(entry) !== undefined);
}
