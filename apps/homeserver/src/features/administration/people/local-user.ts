import { invalidParam, notFound } from '@stafette/contracts';
import { parseUserId, serverNameOf, type ServerName, type UserId } from '@stafette/protocol';
import type { Account, Accounts } from '../../identity/index.ts';

/** The user that an administrator names, of whatever server. Throws M_INVALID_PARAM. */
export function readUser(text: string): UserId {
  const userId = parseUserId(text);
  if (userId === undefined) throw invalidParam('This is not a user id');
  return userId;
}

/** The user of this server that an administrator names. Throws M_INVALID_PARAM. */
export function readLocalUser(text: string, serverName: ServerName): UserId {
  const userId = readUser(text);
  if (serverNameOf(userId) !== serverName) throw invalidParam('This user is not of this server');
  return userId;
}

/** Their account. That of the server itself is nobody's. Throws M_INVALID_PARAM and M_NOT_FOUND. */
export async function getLocalAccount(
  { accounts, serverName }: { readonly accounts: Accounts; readonly serverName: ServerName },
  text: string,
): Promise<Account> {
  const account = await accounts.get(readLocalUser(text, serverName));
  if (account.kind === 'server') throw notFound('This is the account of the server itself');
  return account;
}
