import { isJsonObject, parseJson, type JsonValue } from '@stafette/protocol';
import type { Clock } from '../../platform/clock.ts';
import type { Outbound, OutboundResponse } from '../../platform/outbound/index.ts';
import type { Appservice } from './appservice.ts';

/** Bytes of the longest answer of a service. */
const MAX_RESPONSE_BYTES = 1024 * 1024;
/** How long a service that answers at its old paths alone is asked there, before it is asked at the new ones again. */
const OLD_PATHS_FOR_MS = 5 * 60 * 1000;
const UNKNOWN_STATUSES: ReadonlySet<number> = new Set([404, 405, 501]);

export interface ServiceRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** Below `/_matrix/app/v1`, with what is variable in it encoded. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** At which paths a service is known to answer, and until when that is believed. */
interface KnownPaths {
  readonly areOld: boolean;
  readonly untilMs: number;
}

/**
 * Where services listened before their interface had versions; undefined for what is younger than these.
 * https://spec.matrix.org/v1.19/application-service-api/#legacy-routes
 */
function oldPathOf(path: string): string | undefined {
  if (path.startsWith('/thirdparty/')) return `/_matrix/app/unstable${path}`;
  return /^\/(?:transactions|users|rooms)\//.test(path) ? path : undefined;
}

/**
 * Asks application services at the addresses that the operator wrote down, with the token by which they know the server. A
 * service that does not know a path is asked at the old one; then it is remembered which of them it knows.
 */
export class ServiceClient {
  readonly #outbound: Outbound;
  readonly #clock: Clock;
  /** By the id of the service. */
  readonly #known = new Map<string, KnownPaths>();

  constructor(outbound: Outbound, clock: Clock) {
    this.#outbound = outbound;
    this.#clock = clock;
  }

  /** Throws OutboundError. Only for services with a URL. */
  async request(service: Appservice, request: ServiceRequest): Promise<OutboundResponse> {
    const oldPath = oldPathOf(request.path);
    const known = this.#knownPathsOf(service);
    if (oldPath !== undefined && known?.areOld === true) return this.#askAtOldPath(service, request, oldPath);
    const answer = await this.#ask(service, request, `/_matrix/app/v1${request.path}`);
    if (oldPath === undefined || known !== undefined) return answer;
    if (knowsPath(answer)) {
      this.#known.set(service.id, { areOld: false, untilMs: Infinity });
      return answer;
    }
    const older = await this.#askAtOldPath(service, request, oldPath);
    if (!knowsPath(older)) return answer;
    this.#known.set(service.id, { areOld: true, untilMs: this.#clock.nowMs() + OLD_PATHS_FOR_MS });
    return older;
  }

  #knownPathsOf({ id }: Appservice): KnownPaths | undefined {
    const known = this.#known.get(id);
    return known !== undefined && this.#clock.nowMs() < known.untilMs ? known : undefined;
  }

  /** Services of that time look for the token in the address. */
  async #askAtOldPath(service: Appservice, request: ServiceRequest, path: string): Promise<OutboundResponse> {
    const token = new URLSearchParams({ access_token: service.registration.hsToken }).toString();
    return this.#ask(service, request, `${path}${path.includes('?') ? '&' : '?'}${token}`);
  }

  async #ask({ registration }: Appservice, request: ServiceRequest, path: string): Promise<OutboundResponse> {
    if (registration.url === undefined) throw new TypeError('a service without a URL cannot be asked');
    return this.#outbound.request({
      method: request.method,
      url: new URL(`${registration.url}${path}`),
      headers: {
        authorization: `Bearer ${registration.hsToken}`,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      timeoutMs: request.timeoutMs,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
      allowsPrivateAddress: true,
    });
  }
}

export const isSuccess = ({ status }: Pick<OutboundResponse, 'status'>): boolean => status >= 200 && status < 300;

/** The JSON of an answer; undefined when it is none. */
export function jsonOf({ body }: Pick<OutboundResponse, 'body'>): JsonValue | undefined {
  const parsed = parseJson(body, { mode: 'request' });
  return parsed.ok ? parsed.value : undefined;
}

/** Whether a service has what it was asked at: one that has not found something says so with a code. */
function knowsPath(response: OutboundResponse): boolean {
  if (!UNKNOWN_STATUSES.has(response.status)) return true;
  const answer = jsonOf(response);
  const errcode = isJsonObject(answer) ? answer['errcode'] : undefined;
  return errcode !== undefined && errcode !== 'M_UNRECOGNIZED';
}
