import { forbidden, invalidParam, MatrixError } from '@stafette/contracts';
import { parseRoomId, parseUserId, type RoomId } from '@stafette/protocol';
import type { Requester } from '../../http/requester.ts';

/** Account data is the owner's alone. */
export function assertOwner(userId: string, requester: Requester): void {
  if (parseUserId(userId) !== requester.userId) throw forbidden('This is the account data of somebody else');
}

export function readRoomId(text: string): RoomId {
  const roomId = parseRoomId(text);
  if (roomId === undefined) throw invalidParam('This is not a room id');
  return roomId;
}

/** A type as it can be stored. */
export function assertType(type: string): void {
  if (type.includes('\0')) throw invalidParam('This is not a type of account data');
}

/** Entries that the server makes and that have endpoints of their own. */
const SERVER_TYPES = new Set(['m.fully_read', 'm.push_rules']);

export function assertWritable(type: string): void {
  assertType(type);
  if (SERVER_TYPES.has(type)) throw new MatrixError(405, 'M_BAD_JSON', `${type} is not changed this way`);
}
