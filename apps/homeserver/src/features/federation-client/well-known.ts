import { isJsonObject, parseJson, parseServerName, type ServerName } from '@stafette/protocol';
import type { Clock } from '../../platform/clock.ts';
import type { Outbound, OutboundResponse } from '../../platform/outbound/index.ts';

const HOUR_MS = 60 * 60 * 1000;
/** How long an answer is kept that does not say so itself. */
const DEFAULT_CACHE_MS = 24 * HOUR_MS;
const MAX_CACHE_MS = 48 * HOUR_MS;
/** Nobody can make the server ask for every message. */
const MIN_CACHE_MS = 60 * 1000;
/** A host without an answer is asked again after a minute, then after twice as long each time, up to this. */
const MAX_FAILURE_CACHE_MS = HOUR_MS;
const MAX_DOUBLINGS = 6;
/** Hosts remembered; beyond that, those asked first are forgotten. */
const MAX_HOSTS = 10_000;

const TIMEOUT_MS = 5_000;
const MAX_RESPONSE_BYTES = 50 * 1024;
const MAX_REDIRECTS = 5;

interface Known {
  readonly delegate: ServerName | undefined;
  readonly expiresAtMs: number;
  /** Answers in a row that were none. */
  readonly failureCount: number;
}

interface Dependencies {
  readonly outbound: Outbound;
  readonly clock: Clock;
  /** Where `https` is, besides in tests. */
  readonly port?: number;
}

/** The server that a host says is responsible for its name; undefined when the answer is none. */
function readDelegate({ status, body }: OutboundResponse): ServerName | undefined {
  const parsed = status === 200 ? parseJson(body, { mode: 'request' }) : undefined;
  const server = parsed?.ok === true && isJsonObject(parsed.value) ? parsed.value['m.server'] : undefined;
  return typeof server === 'string' ? parseServerName(server) : undefined;
}

/** How long the answer may be kept by its own word, in milliseconds. */
function cacheTimeOf({ headers: { 'cache-control': header } }: OutboundResponse): number {
  const directives = String(header ?? '')
    .toLowerCase()
    .split(',')
    .map((directive) => directive.trim());
  const age = directives.find((directive) => directive.startsWith('max-age='))?.slice('max-age='.length) ?? '';
  const isUncacheable = directives.includes('no-store') || directives.includes('no-cache');
  const wantedMs = isUncacheable ? 0 : /^\d{1,10}$/.test(age) ? Number(age) * 1000 : DEFAULT_CACHE_MS;
  return Math.min(Math.max(wantedMs, MIN_CACHE_MS), MAX_CACHE_MS);
}

/**
 * Asks hosts which server is responsible for their name, and remembers what they say.
 * https://spec.matrix.org/v1.19/server-server-api/#getwell-knownmatrixserver
 */
export class WellKnownServers {
  readonly #d: Dependencies;
  readonly #known = new Map<string, Known>();
  readonly #asking = new Map<string, Promise<ServerName | undefined>>();

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** Never throws: no answer means that nobody else is responsible. `isVouched`: the operator wrote the host down. */
  async find(hostname: string, isVouched: boolean): Promise<ServerName | undefined> {
    const host = hostname.toLowerCase();
    const known = this.#known.get(host);
    if (known !== undefined && known.expiresAtMs > this.#d.clock.nowMs()) return known.delegate;
    const asking = this.#asking.get(host);
    if (asking !== undefined) return asking;
    const asked = this.#ask(host, isVouched, known?.failureCount ?? 0).finally(() => this.#asking.delete(host));
    this.#asking.set(host, asked);
    return asked;
  }

  async #ask(host: string, isVouched: boolean, failuresBefore: number): Promise<ServerName | undefined> {
    const response = await this.#fetch(host, isVouched);
    const delegate = response === undefined ? undefined : readDelegate(response);
    const failureCount = delegate === undefined ? failuresBefore + 1 : 0;
    const cacheMs =
      response === undefined || delegate === undefined
        ? Math.min(MIN_CACHE_MS * 2 ** Math.min(failureCount - 1, MAX_DOUBLINGS), MAX_FAILURE_CACHE_MS)
        : cacheTimeOf(response);
    this.#known.delete(host);
    this.#known.set(host, { delegate, expiresAtMs: this.#d.clock.nowMs() + cacheMs, failureCount });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_HOSTS && oldest !== undefined) this.#known.delete(oldest);
    return delegate;
  }

  async #fetch(host: string, isVouched: boolean): Promise<OutboundResponse | undefined> {
    const url = URL.parse(`https://${host}:${this.#d.port ?? 443}/.well-known/matrix/server`);
    if (url === null) return undefined;
    try {
      return await this.#d.outbound.request({
        method: 'GET',
        url,
        timeoutMs: TIMEOUT_MS,
        maxResponseBytes: MAX_RESPONSE_BYTES,
        maxRedirects: MAX_REDIRECTS,
        onlyHttps: true,
        allowsPrivateAddress: isVouched,
      });
    } catch {
      // Whatever it was: "If the response is invalid [...], skip to step 4".
      return undefined;
    }
  }
}
