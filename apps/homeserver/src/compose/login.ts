import type { oauth } from '@stafette/contracts';
import { accountPagesHandlers, CrossSigningReset } from '../features/account-pages/index.ts';
import { BrowserLogin, browserLoginHandlers, Visitors } from '../features/browser-login/index.ts';
import { fallbackPagesHandlers } from '../features/fallback-pages/index.ts';
import { checkPasswordOf, LoginAttempts } from '../features/identity/index.ts';
import { accountUrlOf, OAuth, oauthHandlers } from '../features/oauth/index.ts';
import { RendezvousSessions } from '../features/rendezvous/index.ts';
import { Sso, ssoHandlers } from '../features/sso/index.ts';
import { addressBlock } from '../http/address-block.ts';
import type { HandlersOf } from '../http/handler.ts';
import type { Addresses } from './addresses.ts';
import type { Basis } from './basis.ts';
import type { Identity } from './identity.ts';
import type { Rooms } from './rooms.ts';

/** MSC4108: after each note, a minute. */
const NOTE_LIFETIME_MS = 60 * 1000;
/** MSC4388: two minutes, so that somebody can log in meanwhile. */
const CHANNEL_LIFETIME_MS = 120 * 1000;

/** Who asks for the mail once more gets it once more after this time. */
const MAIL_AGAIN_MS = 60 * 1000;

/** Logging in with a browser: pages of ours need an address of ours. */
function composePages(
  { database, clock, random, serverName, features, options }: Basis,
  identity: Identity,
  { validations }: Addresses,
  { profiles, setDisplayName }: Rooms,
  publicUrl: string,
) {
  const { accounts, sessions, passwordLogin, registration, loginTokens } = identity;
  const visitors = new Visitors({
    database,
    clock,
    random,
    findAccount: async (userId) => accounts.find(userId),
    publicUrl,
  });
  const login = new BrowserLogin({
    visitors,
    serverName,
    accounts,
    passwordLogin,
    registration,
    isOpen: features.openRegistration,
    requestProof: async (request) =>
      validations.request({
        ...request,
        sendAttempt: Math.floor(clock.nowMs() / MAIL_AGAIN_MS),
        nextLink: undefined,
      }),
    setDisplayName,
  });
  const userCodes = new LoginAttempts(clock, features.rateLimits);
  const server = new OAuth({ database, clock, random, accounts, sessions, login, userCodes, publicUrl });
  const targets = features.openRegistration ? 'any' : (options.ssoRedirects ?? []);
  const sso = new Sso({ login, loginTokens, targets });
  const crossSigningReset = new CrossSigningReset(identity.userInteractiveAuth, accountUrlOf(publicUrl), (userId) =>
    checkPasswordOf({ accounts, passwordLogin }, userId),
  );
  const handlers: HandlersOf<typeof oauth> = {
    ...browserLoginHandlers(login),
    ...oauthHandlers(server),
    ...ssoHandlers(sso),
    ...accountPagesHandlers({
      login,
      accounts,
      sessions,
      passwordLogin,
      tokens: server.tokens,
      crossSigningReset,
      findDisplayName: async (userId) => (await profiles.get(userId)).displayName,
      setDisplayName,
    }),
    ...fallbackPagesHandlers({
      login,
      auth: identity.userInteractiveAuth,
      findAccount: async (userId) => accounts.find(userId),
    }),
  };
  // Where older applications may be sent nowhere, they are not told of this way.
  return { server, sso: targets.length === 0 ? undefined : sso, crossSigningReset, handlers };
}

export function composeLogin(basis: Basis, identity: Identity, addresses: Addresses, rooms: Rooms) {
  const { publicUrl } = basis.options;
  const places = { ...basis, openerOf: addressBlock };
  const rendezvous = {
    notes: new RendezvousSessions(places, NOTE_LIFETIME_MS),
    channels: new RendezvousSessions(places, CHANNEL_LIFETIME_MS),
  };
  const pages = publicUrl === undefined ? undefined : composePages(basis, identity, addresses, rooms, publicUrl);
  return { pages, rendezvous };
}

export type Login = ReturnType<typeof composeLogin>;
