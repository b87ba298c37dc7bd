import type { Audit } from '../features/audit/index.ts';
import {
  Accounts,
  ErasedAccounts,
  ActingTokens,
  createFindGuest,
  createRequirePassword,
  type FindProvenAddress,
  LastSeen,
  LoginAttempts,
  LoginTokens,
  PasswordLogin,
  PasswordReset,
  Passwords,
  Registration,
  SessionGate,
  Sessions,
  UserInteractiveAuth,
} from '../features/identity/index.ts';
import { Invitations } from '../features/invitations/index.ts';
import { OpenIdTokens } from '../features/openid/index.ts';
import { RegistrationTokens } from '../features/registration-tokens/index.ts';
import { SharedSecretRegistration } from '../features/shared-secret-registration/index.ts';
import type { AppserviceGroup } from './appservices.ts';
import type { Addresses } from './addresses.ts';
import type { Basis } from './basis.ts';

/** Who may come in: accounts, their sessions and devices, and the ways to get one. */
export async function composeIdentity(
  { database, clock, random, log, serverName, features, options }: Basis,
  { appservices }: AppserviceGroup,
  { thirdPartyIds }: Addresses,
  audit: Audit,
) {
  const passwords = new Passwords(features.cheapPasswordHashes);
  const lastSeen = new LastSeen({ database, clock });
  lastSeen.start((error) => log.warn({ err: error }, 'where devices were last seen was not written'));
  const gate = new SessionGate({ database, clock, lastSeen, findService: appservices.findByTokenHash });
  const sessions = new Sessions({ database, clock, random, gate, lastSeen });
  const erasedAccounts = await ErasedAccounts.open(database);
  const accounts = new Accounts({
    database,
    clock,
    random,
    serverName,
    passwords,
    sessions,
    erased: erasedAccounts,
    namesAreLocalparts: features.openRegistration,
    assertAllowed: appservices.assertUserAllowed,
  });
  const passwordLogin = new PasswordLogin({
    accounts,
    passwords,
    attempts: new LoginAttempts(clock, features.rateLimits),
    findOwner: async (email) => thirdPartyIds.findOwner(email),
  });
  const loginTokens = new LoginTokens({ database, clock, random });
  const userInteractiveAuth = new UserInteractiveAuth(clock, random);
  const requirePassword = createRequirePassword({ accounts, passwordLogin, auth: userInteractiveAuth });
  const invitations = new Invitations({
    database,
    clock,
    random,
    audit,
    assertAvailable: async (name) => accounts.assertAvailable(name),
  });
  const registrationTokens = new RegistrationTokens({ database, clock, random, audit });
  const actingTokens = new ActingTokens({
    database,
    clock,
    random,
    accounts,
    isAllowed: options.administration?.mayActAsPeople ?? false,
  });
  const { mail } = options;
  const findProven: FindProvenAddress = async (purpose, auth) => thirdPartyIds.findProven(purpose, auth);
  const passwordReset = mail && new PasswordReset({ accounts, auth: userInteractiveAuth, findProven });
  const registration = new Registration({
    database,
    accounts,
    sessions,
    auth: userInteractiveAuth,
    isOpen: features.openRegistration,
    findGuest: createFindGuest({ accounts, gate }),
    findAdmission: async (code) => (await invitations.findAdmission(code)) ?? registrationTokens.findAdmission(code),
    email: mail && { isRequired: mail.isRequiredAtRegistration, findProven },
  });
  const sharedSecretRegistration = new SharedSecretRegistration({
    database,
    clock,
    random,
    accounts,
    secret: options.registrationSecret,
  });
  const openIdTokens = new OpenIdTokens({ database, clock, random });
  return {
    lastSeen,
    gate,
    sessions,
    accounts,
    erasedAccounts,
    passwordLogin,
    loginTokens,
    userInteractiveAuth,
    requirePassword,
    passwordReset,
    invitations,
    registrationTokens,
    actingTokens,
    registration,
    sharedSecretRegistration,
    openIdTokens,
  };
}

export type Identity = Awaited<ReturnType<typeof composeIdentity>>;
