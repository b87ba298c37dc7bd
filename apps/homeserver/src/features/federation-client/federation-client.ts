import {
  authorizationOf,
  canonicalJson,
  parseJson,
  type Ed25519Signer,
  type JsonObject,
  type JsonValue,
  type ServerName,
} from '@stafette/protocol';
import type { Clock } from '../../platform/clock.ts';
import { OutboundError, type FindSrvTargets, type Outbound } from '../../platform/outbound/index.ts';
import type { FederationCircle } from './circle.ts';
import { resolveServerName, type Destination } from './resolve-server-name.ts';
import { WellKnownServers } from './well-known.ts';

export interface FederationRequest {
  readonly destination: ServerName;
  readonly method: 'GET' | 'PUT' | 'POST';
  /** From `/_matrix` on, with what is variable in it encoded. */
  readonly path: string;
  readonly content?: JsonObject;
  /** From finding the server to the last byte of its answer. */
  readonly timeoutMs: number;
  /** Whoever asks is in a hurry: that the time is over says nothing about the server, which others go on to ask. */
  readonly isHurried?: boolean;
  readonly maxResponseBytes: number;
}

export interface FederationResponse {
  readonly status: number;
  /** Undefined when the body is no JSON. */
  readonly content: JsonValue | undefined;
}

export interface FederationClientOptions {
  readonly serverName: ServerName;
  readonly signer: Ed25519Signer;
  readonly clock: Clock;
  readonly outbound: Outbound;
  readonly findSrvTargets: FindSrvTargets;
  /** Who may be asked, besides whoever is found under this server's own name. */
  readonly circle: FederationCircle;
}

/** A server that did not answer is left alone for this long: whoever asks meanwhile is told at once. */
const REST_MS = 5_000;
/** Servers whose failures are remembered; beyond that, the first ones are forgotten. */
const MAX_RESTING = 10_000;

/** Ends with the work, or throws when the signal comes first; the work goes on for others who wait for it. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(new OutboundError('timeout', 'The server was not found in time'));
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * The one way to ask another Matrix server: it is on the list, found by its name, shown a valid certificate, and told who
 * asks by a signature.
 */
export class FederationClient {
  readonly #options: FederationClientOptions;
  readonly #wellKnown: WellKnownServers;
  readonly #restingUntilMs = new Map<ServerName, number>();

  constructor(options: FederationClientOptions) {
    this.#options = options;
    this.#wellKnown = new WellKnownServers(options);
  }

  /** Throws {@link OutboundError}; `refused` for a server that is not on the list. Answers of every status are answers. */
  async request(request: FederationRequest): Promise<FederationResponse> {
    const { destination } = request;
    const { circle } = this.#options;
    if (!circle.has(destination) && !circle.isVouched(destination))
      throw new OutboundError('refused', 'The server is not on the federation list');
    const restingUntilMs = this.#restingUntilMs.get(destination) ?? 0;
    if (restingUntilMs > this.#options.clock.nowMs())
      throw new OutboundError('failed', 'The server did not answer a moment ago');
    try {
      const response = await this.#ask(request);
      this.#restingUntilMs.delete(destination);
      return response;
    } catch (error) {
      const isItsFault =
        error instanceof OutboundError &&
        error.kind !== 'refused' &&
        !(error.kind === 'timeout' && request.isHurried === true);
      if (isItsFault) this.#letRest(destination);
      throw error;
    }
  }

  #letRest(destination: ServerName): void {
    this.#restingUntilMs.set(destination, this.#options.clock.nowMs() + REST_MS);
    const [oldest] = this.#restingUntilMs.keys();
    if (this.#restingUntilMs.size > MAX_RESTING && oldest !== undefined) this.#restingUntilMs.delete(oldest);
  }

  async #ask(request: FederationRequest): Promise<FederationResponse> {
    const isVouched = this.#options.circle.isVouched(request.destination);
    const signal = AbortSignal.timeout(request.timeoutMs);
    const dependencies = { wellKnown: this.#wellKnown, findSrvTargets: this.#options.findSrvTargets };
    const places = await unlessAborted(resolveServerName(request.destination, isVouched, dependencies), signal);
    let failure = new OutboundError('failed', 'The server cannot be reached by its name');
    for (const place of places) {
      try {
        return await this.#askAt(place, request, isVouched && !place.isDelegated, signal);
      } catch (error) {
        if (!(error instanceof OutboundError)) throw error;
        if (signal.aborted) throw new OutboundError('timeout', 'The answer did not come in time', { cause: error });
        failure = error;
      }
    }
    throw failure;
  }

  async #askAt(
    { host, port, hostHeader }: Destination,
    { destination, method, path, content, timeoutMs, maxResponseBytes }: FederationRequest,
    allowsPrivateAddress: boolean,
    signal: AbortSignal,
  ): Promise<FederationResponse> {
    const url = URL.parse(`https://${host}:${port}${path}`);
    if (url === null) throw new OutboundError('refused', 'The server’s name is no address');
    const { outbound, serverName: origin, signer } = this.#options;
    // As it is sent: the signature is over the address that arrives.
    const uri = url.pathname + url.search;
    const { status, body } = await outbound.request({
      method,
      url,
      headers: {
        host: hostHeader,
        authorization: authorizationOf({ method, uri, origin, destination, content }, signer),
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(content === undefined ? {} : { body: canonicalJson(content) }),
      timeoutMs,
      maxResponseBytes,
      signal,
      allowsPrivateAddress,
    });
    const parsed = parseJson(body, { mode: 'request' });
    return { status, content: parsed.ok ? parsed.value : undefined };
  }
}
