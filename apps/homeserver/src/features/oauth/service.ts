import { type BodyOf, type oauth } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { BrowserLogin } from '../browser-login/index.ts';
import type { Accounts, LoginAttempts, Sessions } from '../identity/index.ts';
import { AuthorizationCodes } from './authorization-codes.ts';
import { readClientMetadata } from './client-metadata.ts';
import { type Client, Clients } from './clients.ts';
import { type DeviceGrantRow, DeviceGrants } from './device-grants.ts';
import { Grants } from './grants.ts';
import { issuerOf } from './metadata.ts';
import { LINK_PATH, linkPath } from './link-pages.ts';
import { readScope } from './scope.ts';
import { OAuthTokens } from './tokens.ts';

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly login: BrowserLogin;
  /** Codes of devices that people type. */
  readonly userCodes: LoginAttempts;
  /** Where clients and browsers reach the server, without a slash at the end. */
  readonly publicUrl: string;
}

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

/** The authorization server: https://spec.matrix.org/v1.19/client-server-api/#oauth-20-api */
export class OAuth {
  readonly #publicUrl: string;
  readonly #userCodes: LoginAttempts;
  readonly issuer: string;
  readonly login: BrowserLogin;
  readonly clients: Clients;
  readonly codes: AuthorizationCodes;
  readonly devices: DeviceGrants;
  readonly tokens: OAuthTokens;

  constructor({ database, clock, random, accounts, sessions, login, userCodes, publicUrl }: Dependencies) {
    const grants = new Grants({ accounts, sessions });
    this.#publicUrl = publicUrl;
    this.#userCodes = userCodes;
    this.issuer = issuerOf(publicUrl);
    this.login = login;
    this.clients = new Clients({ database, clock });
    this.codes = new AuthorizationCodes({ database, clock, random, sessions, grants });
    this.devices = new DeviceGrants({ database, clock, random, grants });
    this.tokens = new OAuthTokens({ database, sessions });
  }

  async register(body: BodyOf<typeof oauth.registerOAuthClient>): Promise<Client> {
    return this.clients.register(readClientMetadata(body));
  }

  /** RFC 8628 section 3.2 */
  async beginDevice(body: BodyOf<typeof oauth.authorizeDevice>, ip: string) {
    const client = await this.clients.get(body.client_id, DEVICE_CODE);
    const { deviceCode, userCode, expiresInMs, intervalMs } = await this.devices.begin(
      client,
      readScope(body.scope),
      ip,
    );
    return {
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: `${this.#publicUrl}${LINK_PATH}`,
      verification_uri_complete: `${this.#publicUrl}${linkPath(userCode)}`,
      expires_in: expiresInMs / 1000,
      interval: intervalMs / 1000,
    };
  }

  /**
   * The device that waits with this code, with its application. Throws M_LIMIT_EXCEEDED for somebody who tries codes, from
   * however many addresses: RFC 8628 section 5.1.
   */
  async findWaitingDevice(
    userCode: string,
    userId: UserId,
  ): Promise<{ readonly grant: DeviceGrantRow; readonly client: Client } | undefined> {
    this.#userCodes.begin(userId);
    const grant = await this.devices.findWaiting(userCode);
    const client = grant && (await this.clients.find(grant.client_id));
    if (client !== undefined) this.#userCodes.succeeded(userId);
    return grant && client && { grant, client };
  }
}
