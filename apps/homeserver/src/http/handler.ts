import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { BodyOf, EndpointDefinition, ParamsOf, QueryOf, ResponseOf } from '@stafette/contracts';
import type { ServerName } from '@stafette/protocol';
import type { Requester } from './requester.ts';

type RequesterOf<E extends EndpointDefinition> = E['auth'] extends 'accessToken' | 'admin' | 'appservice'
  ? Requester
  : E['auth'] extends 'optional' | 'appserviceOrNone'
    ? Requester | undefined
    : undefined;

export interface RequestContext<E extends EndpointDefinition> {
  readonly params: ParamsOf<E>;
  readonly query: QueryOf<E>;
  readonly body: BodyOf<E>;
  readonly requester: RequesterOf<E>;
  /** The server that asks, by its signature. */
  readonly origin: E['auth'] extends 'serverSignature' ? ServerName : undefined;
  readonly ip: string;
  readonly userAgent: string | undefined;
  /** Aborts when the client went away or the server is closing. */
  readonly signal: AbortSignal;
  /** The request itself, for endpoints with a raw body. */
  readonly raw: IncomingMessage;
}

/** An answer that is already bytes: prebuilt JSON, a file, or another status than 200. */
export class PreparedResponse {
  readonly body: Buffer | string | Readable;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    body: Buffer | string | Readable,
    options: { status?: number; headers?: Readonly<Record<string, string>> } = {},
  ) {
    this.body = body;
    this.status = options.status ?? 200;
    this.headers = options.headers ?? { 'content-type': 'application/json' };
  }
}

/** What an operation does. The answer's type is the contract's; bytes prepared elsewhere pass unchecked. */
export type Handler<E extends EndpointDefinition> = (
  context: RequestContext<E>,
) => Promise<ResponseOf<E> | PreparedResponse>;

/** A handler for every operation of a group of contracts: a missing one does not compile. */
export type HandlersOf<Group extends Readonly<Record<string, EndpointDefinition>>> = {
  readonly [Operation in keyof Group]: Handler<Group[Operation]>;
};
