import { AGENCY_NAME, SERVER_NAME, administrator, type Person } from './cast.ts';
import { requestJson, textOf } from './http.ts';

export interface Login extends Person {
  readonly password: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
}

const loginFrom = (person: Person, password: string, body: Readonly<Record<string, unknown>>): Login => ({
  ...person,
  password,
  userId: textOf(body, 'user_id'),
  deviceId: textOf(body, 'device_id'),
  accessToken: textOf(body, 'access_token'),
});

/** Does what the set-up page does. */
export async function setUpAgency(baseUrl: string, setupCode: string, password: string): Promise<Login> {
  const body = await requestJson('POST', `${baseUrl}/_stafette/setup`, {
    body: {
      code: setupCode,
      agency_name: AGENCY_NAME,
      server_name: SERVER_NAME,
      admin: { login_name: administrator.loginName, display_name: administrator.displayName, password },
    },
  });
  return loginFrom(administrator, password, body);
}

/** Invites a colleague as an administrator does, and registers as the colleague would with the code. */
export async function inviteAndRegister(
  baseUrl: string,
  admin: Login,
  person: Person,
  password: string,
): Promise<Login> {
  const { loginName, displayName } = person;
  const invitation = await requestJson('POST', `${baseUrl}/_stafette/admin/v1/invitations`, {
    token: admin.accessToken,
    body: { login_name: loginName, display_name: displayName },
  });
  const register = async (auth?: object): Promise<Readonly<Record<string, unknown>>> =>
    requestJson('POST', `${baseUrl}/_matrix/client/v3/register`, {
      body: { username: loginName, password, ...(auth === undefined ? {} : { auth }) },
      accept: [401],
    });
  const session = textOf(await register(), 'session');
  const body = await register({ type: 'm.login.registration_token', token: textOf(invitation, 'code'), session });
  return loginFrom(person, password, body);
}
