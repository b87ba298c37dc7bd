import type { clientServer } from '@stafette/contracts';
import { parseDeviceId, type ServerName, type UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Accounts } from '../accounts.ts';
import type { Registration } from '../registration.ts';
import { getService, registerForService, SERVICE_LOGIN } from '../service-login.ts';
import { sessionAnswer } from '../session-answer.ts';
import type { Sessions } from '../sessions.ts';

export interface RegisterDependencies {
  readonly accounts: Accounts;
  readonly registration: Registration;
  readonly sessions: Sessions;
  readonly serverName: ServerName;
  /** Gives a new account the name that others see. */
  readonly setDisplayName: (userId: UserId, displayName: string) => Promise<void>;
}

export const register =
  ({
    accounts,
    registration,
    sessions,
    serverName,
    setDisplayName,
  }: RegisterDependencies): Handler<typeof clientServer.register> =>
  async ({ query, body, requester, raw }) => {
    const isOfService = body.type === SERVICE_LOGIN;
    const isGuest = query.kind === 'guest' && !isOfService;
    const opensSession = isGuest || body.inhibit_login !== true;
    const { guest_access_token: guestToken } = body;
    const deviceId = opensSession ? parseDeviceId(body.device_id ?? '') : undefined;
    const { userId, displayName } = await (isOfService
      ? registerForService(accounts, getService(requester, raw.headers.authorization !== undefined), body.username)
      : isGuest
        ? registration.registerGuest()
        : registration.register({
            auth: body.auth,
            username: body.username,
            password: body.password,
            guest:
              guestToken === undefined
                ? undefined
                : { token: guestToken, kept: deviceId && { deviceId, needsNewToken: true } },
          }));
    if (displayName !== undefined) await setDisplayName(userId, displayName);
    if (!opensSession) return { user_id: userId };
    const session = await sessions.open({
      userId,
      // A guest has one device, of the server's choosing, and says nothing but its name.
      deviceId: isGuest ? undefined : body.device_id,
      displayName: body.initial_device_display_name,
      withRefreshToken: body.refresh_token === true && !isGuest,
    });
    return sessionAnswer(session, serverName);
  };

export const checkUsernameAvailability =
  (registration: Registration): Handler<typeof clientServer.checkUsernameAvailability> =>
  async ({ query }) => {
    await registration.assertAvailable(query.username);
    return { available: true };
  };

export const registrationTokenValidity =
  (registration: Registration): Handler<typeof clientServer.registrationTokenValidity> =>
  async ({ query }) => ({ valid: await registration.isCodeValid(query.token) });
