import { invalidParam, missingParam } from '@stafette/contracts';
import type { JsonObject, JsonValue } from '@stafette/protocol';

/** How notifications reach somebody: through a push gateway, straight to a push service (MSC4174), or by mail. */
export type PusherKind = 'http' | 'webpush' | 'email';

/** A pusher as a client states it; `kind: null` removes it. */
export interface PusherRequest {
  readonly app_id: string;
  readonly pushkey: string;
  readonly kind: string | null;
  readonly app_display_name?: string;
  readonly device_display_name?: string;
  readonly profile_tag?: string;
  readonly lang?: string;
  readonly data?: JsonObject;
  readonly append?: boolean;
  readonly enabled?: boolean;
  readonly 'org.matrix.msc3881.enabled'?: boolean;
}

/** A pusher as it is kept and shown to its user. */
export interface Pusher {
  readonly app_id: string;
  readonly pushkey: string;
  readonly kind: string;
  readonly app_display_name: string;
  readonly device_display_name: string;
  readonly lang: string;
  readonly data: JsonObject;
  readonly profile_tag?: string;
}

const KINDS: ReadonlyMap<string, PusherKind> = new Map([
  ['http', 'http'],
  ['webpush', 'webpush'],
  ['org.matrix.msc4174.webpush', 'webpush'],
  ['email', 'email'],
]);

/** What the specification wants as the application of a pusher by mail. */
const MAIL_APP_ID = 'm.email';

const NOTIFY_PATH = '/_matrix/push/v1/notify';
const MAX_URL_CHARS = 2048;

/** An uncompressed point of P-256, and the secret of RFC 8291 section 3.2, in base64url without padding. */
const PUBLIC_KEY = /^B[A-Za-z0-9_-]{86}$/;
const AUTH_SECRET = /^[A-Za-z0-9_-]{22}$/;

function readUrl(url: JsonValue | undefined, allowsPlainHttp: boolean): URL {
  if (url === undefined) throw missingParam('data.url is missing');
  const parsed = typeof url === 'string' && url.length <= MAX_URL_CHARS ? URL.parse(url) : null;
  const isSpoken = parsed?.protocol === 'https:' || (allowsPlainHttp && parsed?.protocol === 'http:');
  if (parsed === null || !isSpoken || parsed.username !== '' || parsed.password !== '')
    throw invalidParam('data.url is not an https address');
  return parsed;
}

function checkGateway(url: URL): void {
  if (url.pathname !== NOTIFY_PATH) throw invalidParam(`data.url has to have the path ${NOTIFY_PATH}`);
}

function checkSubscription(pushkey: string, { auth }: JsonObject): void {
  if (auth === undefined) throw missingParam('data.auth is missing');
  if (typeof auth !== 'string' || !AUTH_SECRET.test(auth)) throw invalidParam('data.auth is not 16 bytes in base64url');
  if (!PUBLIC_KEY.test(pushkey)) throw invalidParam('pushkey is not an uncompressed P-256 key in base64url');
}

/** What a client asks for, checked. `allowsPlainHttp` is for test suites, whose gateways have no certificate. */
export function readPusher(
  request: PusherRequest,
  allowsPlainHttp: boolean,
): { readonly kind: PusherKind; readonly pusher: Pusher } {
  const { app_id, pushkey, app_display_name, device_display_name, lang, data, profile_tag } = request;
  const kind = KINDS.get(request.kind ?? '');
  if (kind === undefined) throw invalidParam('This server has pushers of the kinds http, webpush and email');
  if (app_display_name === undefined) throw missingParam('app_display_name is missing');
  if (device_display_name === undefined) throw missingParam('device_display_name is missing');
  if (lang === undefined) throw missingParam('lang is missing');
  if (data === undefined) throw missingParam('data is missing');
  if (kind === 'email') {
    if (app_id !== MAIL_APP_ID) throw invalidParam(`The app_id of a pusher by mail is ${MAIL_APP_ID}`);
  } else {
    const url = readUrl(data['url'], allowsPlainHttp);
    if (kind === 'http') checkGateway(url);
    else checkSubscription(pushkey, data);
  }
  const pusher = {
    app_id,
    pushkey,
    kind: request.kind ?? kind,
    app_display_name,
    device_display_name,
    lang,
    data,
  };
  return { kind, pusher: profile_tag === undefined ? pusher : { ...pusher, profile_tag } };
}
