import { createHash } from 'node:crypto';
import type { PageBrowser, SeenPage } from './page-browser.ts';

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

const CLIENT_URI = 'https://app.example.org/';
export const REDIRECT_URI = 'https://app.example.org/callback';
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
export const VERIFIER = 'v'.repeat(43);
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

export const scopeOf = (deviceId: string): string => `urn:matrix:client:api:* urn:matrix:client:device:${deviceId}`;

/** Speaks to the endpoints of OAuth as a client does, without helping. */
export class OAuthTestClient {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  async register(metadata: object = {}): Promise<JsonAnswer> {
    const body = {
      client_name: 'Sample App',
      client_uri: CLIENT_URI,
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      ...metadata,
    };
    return this.#send('register', 'application/json', JSON.stringify(body));
  }

  /** The id of a client with this metadata. */
  async registered(metadata: object = {}): Promise<string> {
    const { status, body } = await this.register(metadata);
    if (status !== 201) throw new Error(`registration answered ${status}: ${JSON.stringify(body)}`);
    return String(body['client_id']);
  }

  authorizePath(clientId: string, deviceId: string, more: Readonly<Record<string, string>> = {}): string {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: REDIRECT_URI,
      scope: scopeOf(deviceId),
      state: 'the state',
      code_challenge: challengeOf(VERIFIER),
      code_challenge_method: 'S256',
      ...more,
    });
    return `/_stafette/oauth/authorize?${query.toString()}`;
  }

  /** The tokens that the client gets once somebody allows it on this page. */
  async tokensAfter(browser: PageBrowser, consent: SeenPage, clientId: string): Promise<JsonAnswer['body']> {
    const answer = await browser.submit(consent, '/_stafette/oauth/authorize', { decision: 'allow' });
    const code = new URL(answer.headers.get('location') ?? 'none:').searchParams.get('code') ?? '';
    const { body } = await this.token({
      grant_type: 'authorization_code',
      client_id: clientId,
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: VERIFIER,
    });
    return body;
  }

  async token(parameters: Readonly<Record<string, string>>): Promise<JsonAnswer> {
    return this.form('token', parameters);
  }

  async form(
    endpoint: 'token' | 'device' | 'revoke',
    parameters: Readonly<Record<string, string>>,
  ): Promise<JsonAnswer> {
    return this.#send(endpoint, 'application/x-www-form-urlencoded', new URLSearchParams(parameters).toString());
  }

  async #send(endpoint: string, contentType: string, body: string): Promise<JsonAnswer> {
    const response = await fetch(`${this.#origin}/_stafette/oauth/${endpoint}`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    });
    // Objects are what the endpoints answer with; an expectation fails otherwise.
    return { status: response.status, headers: response.headers, body: (await response.json()) as JsonAnswer['body'] };
  }
}
