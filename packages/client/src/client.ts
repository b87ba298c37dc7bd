import { type EndpointDefinition, type ErrorCode, MatrixError, type ResponseOf } from '@stafette/contracts';
import { request as send } from 'undici';
import { type CallOf, toRequest } from './request.ts';

export interface ClientOptions {
  /** Scheme, host and port. */
  readonly baseUrl: string;
  readonly accessToken?: string;
  /** Longest wait for an answer, ms; 30 seconds when absent. */
  readonly timeoutMs?: number;
}

/** The server could not be reached, or what answered is no Matrix server. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

const DEFAULT_TIMEOUT_MS = 30_000;

function parseAnswer(text: string, origin: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    // Objects are what the contracts promise; anything else is somebody else's answer.
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Falls through to the error below, which says what this means.
  }
  throw new UnreachableError(`${origin} did not answer with JSON`);
}

/** Calls operations by their contracts: `client.call(clientServer.getTokenOwner, {})`. */
export class Client {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Throws {@link MatrixError} with the server's own words for a refusal, {@link UnreachableError} when there is no answer. */
  async call<const E extends EndpointDefinition>(endpoint: E, call: CallOf<E>): Promise<ResponseOf<E>> {
    const { baseUrl, accessToken, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    const { method, target, body } = toRequest(endpoint, call);
    const response = await send(new URL(target, baseUrl), {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((cause: unknown) => {
      throw new UnreachableError(`${baseUrl} cannot be reached`, { cause });
    });
    const answer = parseAnswer(await response.body.text(), baseUrl);
    if (response.statusCode === 200) return answer as ResponseOf<E>;
    const { errcode, error, ...extra } = answer;
    // An unknown code of a newer server is passed on as it is.
    throw new MatrixError(
      response.statusCode,
      (errcode ?? 'M_UNKNOWN') as ErrorCode,
      typeof error === 'string' ? error : 'The server gave no reason',
      extra,
    );
  }
}
