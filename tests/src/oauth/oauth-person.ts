import {
  DEVICE_GRANT,
  type PageBrowser,
  passwordOf,
  REDIRECT_URI,
  type SeenPage,
  type TestHomeserver,
} from '@stafette/testkit';
import * as oauth from 'openid-client';

const AUTHORIZE = '/_stafette/oauth/authorize';

/** The test's server speaks plain HTTP on the loopback interface. */
const options: oauth.DynamicClientRegistrationRequestOptions = {
  algorithm: 'oauth2',
  execute: [oauth.allowInsecureRequests],
};

const issuerOf = ({ baseUrl }: TestHomeserver): URL => new URL(`${baseUrl}/`);

/** What the library finds by itself, for a client that is registered already. */
export const discover = async (homeserver: TestHomeserver, clientId: string): Promise<oauth.Configuration> =>
  oauth.discovery(issuerOf(homeserver), clientId, undefined, oauth.None(), options);

/** A client that the library has registered. */
export const register = async (
  homeserver: TestHomeserver,
  metadata: Readonly<Record<string, string | string[]>> = {},
): Promise<oauth.Configuration> =>
  oauth.dynamicClientRegistration(
    issuerOf(homeserver),
    {
      client_name: 'Sample App',
      client_uri: 'https://app.example.org/',
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      ...metadata,
    },
    oauth.None(),
    options,
  );

/** What the client remembers between leaving for the server's page and coming back. */
export interface Attempt {
  readonly state: string;
  readonly verifier: string;
  readonly url: URL;
}

export async function begin(
  client: oauth.Configuration,
  scope: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Attempt> {
  const verifier = oauth.randomPKCECodeVerifier();
  const state = oauth.randomState();
  const url = oauth.buildAuthorizationUrl(client, {
    redirect_uri: REDIRECT_URI,
    scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...more,
  });
  return { state, verifier, url };
}

/** Logs in on the page that the client leads to, and sees what is asked there. */
export const logIn = async (browser: PageBrowser, url: URL, name: string): Promise<SeenPage> =>
  browser.logIn(await browser.get(url.href), name, passwordOf(name));

/** Where the answer leads. */
export async function decide(browser: PageBrowser, page: SeenPage, decision: 'allow' | 'deny' = 'allow'): Promise<URL> {
  const { headers } = await browser.submit(page, AUTHORIZE, { decision });
  return new URL(headers.get('location') ?? 'none:');
}

/** The library reads answers from the query; clients that get them in the fragment hand them over like this. */
const asQuery = (callback: URL): URL => new URL(callback.href.replace('#', '?'));

export const finish = async (client: oauth.Configuration, callback: URL, { state, verifier }: Attempt) =>
  oauth.authorizationCodeGrant(client, asQuery(callback), { expectedState: state, pkceCodeVerifier: verifier });
