import type { Readable } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';
import { createGuardedAgent } from './guarded-agent.ts';
import { OutboundError } from './outbound-error.ts';

export interface OutboundRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly url: URL;
  /** Names in lower case. With `host`, the certificate is checked against that name, wherever the connection goes. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** From the start to the last byte of the answer, redirects included. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly signal?: AbortSignal;
  /** Redirects that are followed, for GET alone; each target is checked anew. Without it a redirect is an answer. */
  readonly maxRedirects?: number;
  /** No redirect leads out of TLS. */
  readonly onlyHttps?: boolean;
  /** The operator wrote this address into the configuration: it may be on the own machine or network. */
  readonly allowsPrivateAddress?: boolean;
}

export interface OutboundResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
}

export interface OutboundOptions {
  /** Any request may go to loopback and private addresses: for test suites. */
  readonly allowsPrivateAddresses: boolean;
  /** PEM of authorities that are trusted besides the usual ones. */
  readonly authorities?: string | undefined;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Headers that a redirect to another origin does not take along. */
const CREDENTIALS = new Set(['authorization', 'cookie']);

async function readBody(body: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // A body without an encoding yields buffers.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw new OutboundError('too-large', 'The answer is larger than allowed');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toOutboundError(error: unknown, deadline: AbortSignal): OutboundError {
  if (error instanceof OutboundError) return error;
  if (deadline.aborted) return new OutboundError('timeout', 'The answer did not come in time', { cause: error });
  return new OutboundError('failed', 'The request failed', { cause: error });
}

/**
 * The only way out of the server: every request to another machine has a deadline, a limit on its answer, and an address
 * that was checked when it was connected to, so that nobody can make the server ask its own network.
 */
export class Outbound {
  readonly #guarded: Agent;
  readonly #open: Agent;

  constructor({ allowsPrivateAddresses, authorities }: OutboundOptions) {
    this.#open = createGuardedAgent({ allowsPrivateAddresses: true, authorities });
    this.#guarded = allowsPrivateAddresses
      ? this.#open
      : createGuardedAgent({ allowsPrivateAddresses: false, authorities });
  }

  /** Throws {@link OutboundError}. Answers of every status are answers. */
  async request(request: OutboundRequest): Promise<OutboundResponse> {
    const deadline = AbortSignal.timeout(request.timeoutMs);
    const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
    let hop = request;
    for (let redirects = 0; ; redirects += 1) {
      const response = await this.#ask(hop, signal, deadline);
      const target = request.method === 'GET' ? redirectTarget(response) : undefined;
      if (target === undefined || request.maxRedirects === undefined) return response;
      if (redirects >= request.maxRedirects) throw new OutboundError('refused', 'The answer redirects too often');
      hop = redirected(hop, target);
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    await Promise.all([this.#guarded.destroy(), this.#open.destroy()]);
  }

  async #ask(request: OutboundRequest, signal: AbortSignal, deadline: AbortSignal): Promise<OutboundResponse> {
    const { url, method, headers, body, maxResponseBytes } = request;
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw new OutboundError('refused', 'Only http and https are asked');
    if (request.onlyHttps === true && url.protocol !== 'https:')
      throw new OutboundError('refused', 'The answer leads out of TLS');
    const agent = request.allowsPrivateAddress === true ? this.#open : this.#guarded;
    let answer: Dispatcher.ResponseData | undefined;
    try {
      answer = await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        // Without a compressed body there is none that grows when it is unpacked.
        headers: { 'accept-encoding': 'identity', ...headers },
        body: body ?? null,
        signal,
        headersTimeout: request.timeoutMs,
        bodyTimeout: request.timeoutMs,
      });
      const read = await readBody(answer.body, maxResponseBytes);
      return { status: answer.statusCode, headers: answer.headers, body: read, url };
    } catch (error) {
      answer?.body.destroy();
      throw toOutboundError(error, deadline);
    }
  }
}

function redirectTarget({ status, headers, url }: OutboundResponse): URL | undefined {
  const { location } = headers;
  return REDIRECTS.has(status) && typeof location === 'string'
    ? (URL.parse(location, url.href) ?? undefined)
    : undefined;
}

/** Another origin gets no credentials, and is not one that the operator vouched for. */
function redirected(request: OutboundRequest, target: URL): OutboundRequest {
  if (target.origin === request.url.origin) return { ...request, url: target };
  const headers = Object.entries(request.headers ?? {}).filter(([name]) => !CREDENTIALS.has(name));
  return { ...request, url: target, headers: Object.fromEntries(headers), allowsPrivateAddress: false };
}
