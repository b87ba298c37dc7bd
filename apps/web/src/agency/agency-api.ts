import { failure, success, type FailureKind, type Outcome } from '../model/failure.ts';

export type SetupState =
  | { readonly kind: 'done' }
  | { readonly kind: 'needed'; readonly serverName: string | undefined; readonly isServerNameFixed: boolean };

export interface SetupForm {
  readonly code: string;
  readonly agencyName: string;
  readonly serverName: string;
  readonly loginName: string;
  readonly displayName: string;
  readonly password: string;
}

export interface SignedIn {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
}

export interface OwnAccount {
  readonly displayName: string;
  readonly loginName: string;
  readonly isAdmin: boolean;
  readonly agencyName: string;
}

export interface Invitation {
  readonly code: string;
  /** Opens the registration with the code filled in. It stands behind the `#`, which no server gets to see. */
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly expiresTs: number;
  readonly displayName: string | undefined;
  readonly isAdmin: boolean;
}

export interface NewInvitation {
  readonly displayName: string | undefined;
  readonly isAdmin: boolean;
}

type Json = Readonly<Record<string, unknown>>;
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {}); // Each field is read as unknown.
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const KINDS: Readonly<Record<string, FailureKind>> = {
  M_FORBIDDEN: 'wrong-code',
  M_WEAK_PASSWORD: 'weak-password',
  M_INVALID_USERNAME: 'name-invalid',
  M_USER_IN_USE: 'name-taken',
  M_LIMIT_EXCEEDED: 'too-many-attempts',
};

/** What our server offers beyond Matrix: the first-run set-up, the agency's name, invitations. */
export class AgencyApi {
  readonly #baseUrl: string;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  /** Another Matrix server knows nothing of it, and is therefore set up. */
  async setupState(): Promise<Outcome<SetupState>> {
    const outcome = await this.#request('GET', '/_stafette/setup');
    if (!outcome.ok) return outcome.failure.kind === 'offline' ? outcome : success({ kind: 'done' });
    const { state, server_name: serverName, server_name_is_fixed: isFixed } = outcome.value;
    if (state !== 'needed') return success({ kind: 'done' });
    return success({ kind: 'needed', serverName: text(serverName) || undefined, isServerNameFixed: isFixed === true });
  }

  async completeSetup(form: SetupForm): Promise<Outcome<SignedIn>> {
    const outcome = await this.#request('POST', '/_stafette/setup', undefined, {
      code: form.code,
      agency_name: form.agencyName,
      server_name: form.serverName,
      admin: { login_name: form.loginName, display_name: form.displayName, password: form.password },
    });
    if (!outcome.ok) return outcome;
    const { user_id: userId, device_id: deviceId, access_token: accessToken } = outcome.value;
    return success({ userId: text(userId), deviceId: text(deviceId), accessToken: text(accessToken) });
  }

  async me(accessToken: string): Promise<Outcome<OwnAccount>> {
    const outcome = await this.#request('GET', '/_stafette/v1/me', accessToken);
    if (!outcome.ok) return outcome;
    const { display_name: displayName, login_name: loginName, role, agency_name: agencyName } = outcome.value;
    return success({
      displayName: text(displayName),
      loginName: text(loginName),
      isAdmin: role === 'admin',
      agencyName: text(agencyName),
    });
  }

  async createInvitation(accessToken: string, invitation: NewInvitation): Promise<Outcome<Invitation>> {
    const outcome = await this.#request('POST', '/_stafette/admin/v1/invitations', accessToken, {
      is_admin: invitation.isAdmin,
      ...(invitation.displayName !== undefined && { display_name: invitation.displayName }),
    });
    if (!outcome.ok) return outcome;
    const { code, expires_ts: expiresTs } = outcome.value;
    const url = `${this.#baseUrl}/register#${text(code)}`;
    return success({
      ...invitation,
      code: text(code),
      url,
      expiresTs: typeof expiresTs === 'number' ? expiresTs : Number.NaN,
    });
  }

  async #request(method: 'GET' | 'POST', path: string, accessToken?: string, body?: Json): Promise<Outcome<Json>> {
    const headers = {
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    try {
      const response = await fetch(this.#baseUrl + path, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const answer = object(await response.json().catch(() => undefined));
      if (response.ok) return success(answer);
      const code = text(answer['errcode']) || `HTTP ${response.status}`;
      return failure(KINDS[code] ?? 'unexpected', code);
    } catch (error) {
      return failure('offline', error instanceof Error ? error.name : undefined);
    }
  }
}
