import type { UserId } from '@stafette/protocol';
import type { Accounts, Sessions } from './features/identity/index.ts';
import type { FirstAdministrator, FirstLogin, PreparedServer } from './features/setup/index.ts';

/** What a composed server offers for its first account. */
export interface FirstAccountServices {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  setDisplayName(userId: UserId, displayName: string): Promise<void>;
}

/** Checks and hashes now; the account's rows are written in the transaction that creates the agency. */
export async function prepareAdministrator(
  { accounts }: FirstAccountServices,
  { loginName, password }: FirstAdministrator,
): ReturnType<PreparedServer['prepareAdministrator']> {
  const passwordHash = await accounts.preparePassword(password);
  return async (tx) => accounts.create(tx, { loginName, kind: 'user', isAdmin: true }, passwordHash);
}

/** The name and the first session; both need the account to exist. */
export async function logInAdministrator(
  { sessions, setDisplayName }: FirstAccountServices,
  userId: UserId,
  { displayName }: FirstAdministrator,
): Promise<FirstLogin> {
  await setDisplayName(userId, displayName);
  return sessions.open({ userId, withRefreshToken: false });
}
