import { invalidParam } from '@stafette/contracts';
import { parseUserId, serverNameOf, type ServerName, type UserId } from '@stafette/protocol';

/** The user of this server that an administrator names. Throws M_INVALID_PARAM. */
export function readLocalUser(text: string, serverName: ServerName): UserId {
  const userId = parseUserId(text);
  if (userId === undefined) throw invalidParam('This is not a user id');
  if (serverNameOf(userId) !== serverName) throw invalidParam('This user is not of this server');
  return userId;
}
