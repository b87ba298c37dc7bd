import type { DeviceId, UserId } from '@stafette/protocol';
import type { BrowserLogin } from '../browser-login/index.ts';
import type { Account, Accounts, DeviceRow, PasswordLogin, Sessions } from '../identity/index.ts';
import type { OAuth } from '../oauth/index.ts';
import type { CrossSigningReset } from './cross-signing-reset.ts';

/** What the pages of one's own account stand on. */
export interface AccountPages {
  readonly login: BrowserLogin;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly passwordLogin: PasswordLogin;
  readonly tokens: OAuth['tokens'];
  readonly crossSigningReset: CrossSigningReset;
  readonly findDisplayName: (userId: UserId) => Promise<string | undefined>;
  readonly setDisplayName: (userId: UserId, displayName: string) => Promise<void>;
}

/** The device, when the account is logged in there. */
export async function findDevice(
  { sessions }: AccountPages,
  { userId }: Account,
  deviceId: string | undefined,
): Promise<DeviceRow | undefined> {
  return (await sessions.listDevicesAsSeen(userId)).find((device) => device.device_id === deviceId);
}

/** Whether the person knows the password; throws M_LIMIT_EXCEEDED for who tries too often. */
export const isConfirmed = async (
  { passwordLogin }: AccountPages,
  { userId }: Account,
  password: string | undefined,
): Promise<boolean> => password !== undefined && passwordLogin.isPassword(userId, password);

export const signOut = async ({ sessions }: AccountPages, { userId }: Account, deviceId: DeviceId): Promise<void> =>
  sessions.close(userId, [deviceId]);
