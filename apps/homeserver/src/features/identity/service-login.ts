import { exclusive, forbidden, MatrixError, missingParam, missingToken, unknownToken } from '@stafette/contracts';
import { parseUserId, type ServerName, type UserId } from '@stafette/protocol';
import type { ActingService, Requester } from '../../http/requester.ts';
import type { Accounts } from './accounts.ts';
import type { RegisteredAccount } from './registration.ts';

/** The type of login and registration with which a service gets users without passwords. */
export const SERVICE_LOGIN = 'm.login.application_service';

/** The service that asks; throws the 401 of a token that is missing, and `notOfService` for one that is no service's. */
export function getService(
  requester: Requester | undefined,
  hasToken: boolean,
  notOfService: () => MatrixError = unknownToken,
): ActingService {
  if (requester?.service === undefined) throw hasToken ? notOfService() : missingToken();
  return requester.service;
}

/** https://spec.matrix.org/v1.19/client-server-api/#appservice-login */
export const notOfService = (): MatrixError => forbidden('This is not the token of an application service');

/** Makes a user of a service. https://spec.matrix.org/v1.19/application-service-api/#server-admin-style-permissions */
export async function registerForService(
  accounts: Accounts,
  service: ActingService,
  username: string | undefined,
): Promise<RegisteredAccount> {
  if (username === undefined) throw missingParam('A username is needed');
  return { userId: await accounts.createForService(service, username), displayName: undefined };
}

/** The user whom a service wants to log in. */
export async function identifyForService(
  { accounts, serverName }: { readonly accounts: Accounts; readonly serverName: ServerName },
  service: ActingService,
  name: string | undefined,
): Promise<UserId> {
  if (name === undefined) throw missingParam('A user is needed');
  const userId = parseUserId(name.startsWith('@') ? name : `@${name}:${serverName}`);
  if (userId === undefined || !service.ownsUser(userId))
    throw exclusive('This user is not in a namespace of the application service');
  const account = await accounts.find(userId);
  if (account === undefined) throw forbidden('The application service has not registered this user');
  if (account.kind === 'server') throw forbidden('Nobody logs in as the server');
  // A session would be an administrator's, and a service never is one.
  if (account.isAdmin) throw forbidden('An application service may not log in as an administrator');
  if (account.isDeactivated) throw new MatrixError(403, 'M_USER_DEACTIVATED', 'This user is deactivated');
  if (account.isLocked) throw new MatrixError(401, 'M_USER_LOCKED', 'This account is locked', { soft_logout: true });
  return userId;
}
