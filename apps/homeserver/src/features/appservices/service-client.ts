import { parseJson, type JsonValue } from '@stafette/protocol';
import type { Outbound, OutboundResponse } from '../../platform/outbound/index.ts';
import type { Appservice } from './appservice.ts';

/** Bytes of the longest answer of a service. */
const MAX_RESPONSE_BYTES = 1024 * 1024;

export interface ServiceRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** Below `/_matrix/app/v1`, with what is variable in it encoded. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Asks application services at the addresses that the operator wrote down, with the token by which they know the server. */
export class ServiceClient {
  readonly #outbound: Outbound;

  constructor(outbound: Outbound) {
    this.#outbound = outbound;
  }

  /** Throws OutboundError. Only for services with a URL. */
  async request({ registration }: Appservice, request: ServiceRequest): Promise<OutboundResponse> {
    if (registration.url === undefined) throw new TypeError('a service without a URL cannot be asked');
    return this.#outbound.request({
      method: request.method,
      url: new URL(`${registration.url}/_matrix/app/v1${request.path}`),
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
