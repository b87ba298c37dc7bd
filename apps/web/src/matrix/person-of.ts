import type { Room } from 'matrix-js-sdk';
import type { Person } from '../model/person.ts';
import type { MatrixSession } from './session.ts';
import type { Words } from './words.ts';

/** User ids are opaque, so one is never shown in place of a missing name. */
export function personIn(room: Room, userId: string, words: Words): Person {
  const member = room.getMember(userId);
  const name = member?.rawDisplayName;
  if (name !== undefined && name !== '' && name !== userId) return { userId, name };
  return { userId, name: nameFromProfile(room.client.getUser(userId)?.displayName, userId) ?? words.unknownPerson };
}

function nameFromProfile(name: string | undefined, userId: string): string | undefined {
  return name === undefined || name === '' || name === userId ? undefined : name;
}

/** The name that any room knows the person by. */
export function nameOfUser(session: MatrixSession, userId: string): string {
  const known = nameFromProfile(session.client.getUser(userId)?.displayName, userId);
  if (known !== undefined) return known;
  for (const room of session.client.getRooms()) {
    const name = nameFromProfile(room.getMember(userId)?.rawDisplayName, userId);
    if (name !== undefined) return name;
  }
  return session.words().unknownPerson;
}
