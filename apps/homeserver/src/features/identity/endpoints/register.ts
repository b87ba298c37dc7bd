import type { clientServer } from '@stafette/contracts';
import type { ServerName, UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Registration } from '../registration.ts';
import { sessionAnswer } from '../session-answer.ts';
import type { Sessions } from '../sessions.ts';

export interface RegisterDependencies {
  readonly registration: Registration;
  readonly sessions: Sessions;
  readonly serverName: ServerName;
  /** Gives a new account the name that others see. */
  readonly setDisplayName: (userId: UserId, displayName: string) => Promise<void>;
}

export const register =
  ({
    registration,
    sessions,
    serverName,
    setDisplayName,
  }: RegisterDependencies): Handler<typeof clientServer.register> =>
  async ({ query, body }) => {
    const isGuest = query.kind === 'guest';
    const { userId, displayName } = isGuest
      ? await registration.registerGuest()
      : await registration.register({ auth: body.auth, username: body.username, password: body.password });
    if (displayName !== undefined) await setDisplayName(userId, displayName);
    if (body.inhibit_login === true && !isGuest) return { user_id: userId };
    const session = await sessions.open({
      userId,
      // A guest has one device, of the server's choosing.
      deviceId: isGuest ? undefined : body.device_id,
      displayName: body.initial_device_display_name,
      withRefreshToken: body.refresh_token === true,
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
