import type { Static, TObject, TSchema } from 'typebox';
import type { ErrorCode } from './errors.ts';

/**
 * How a request proves who asks. `optional`: a token is checked when there is one. `admin`: an administrator's token.
 * `appservice`: an application service's token. `appserviceOrNone`: as `none`, but application services are known by theirs.
 * `serverSignature`: another server, by the signature over its request.
 */
export type EndpointAuth =
  | 'none'
  | 'optional'
  | 'accessToken'
  | 'admin'
  | 'serverSignature'
  | 'appservice'
  | 'appserviceOrNone';

/** Names of the buckets in the limits table; each is counted per requester and per address. */
export type RateLimitClass =
  | 'none'
  | 'read'
  | 'message'
  | 'sync'
  | 'login'
  | 'registration'
  | 'mail'
  | 'room'
  | 'invite'
  | 'media'
  | 'keys'
  | 'search'
  | 'preview'
  | 'report'
  | 'federation';

/**
 * One operation of an API, as data: what is asked, by whom, and what comes back. The server binds a handler to it, the
 * client and the tests are derived from it.
 */
export interface EndpointDefinition {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** With `:name` for each path parameter. */
  readonly path: string;
  /** Older or unstable spellings that answer alike, e.g. `/_matrix/client/r0/...`. */
  readonly aliases?: readonly string[];
  readonly auth: EndpointAuth;
  readonly rateLimit: RateLimitClass;
  /** Guests are refused unless the specification allows them here. */
  readonly guests?: boolean;
  /** A suspended account may still do this (read, leave, redact own events, log out). */
  readonly whileSuspended?: boolean;
  /** A locked account may still do this: log out, and nothing else. */
  readonly whileLocked?: boolean;
  readonly params?: TObject;
  /** Members of type integer or boolean are read from their text before the schema is checked. */
  readonly query?: TObject;
  /** A JSON body. */
  readonly body?: TSchema;
  /** The body may be absent; it then reads as `{}`. */
  readonly bodyOptional?: boolean;
  /** The body is not JSON: the handler reads the stream itself. */
  readonly rawBody?: boolean;
  /** The body is a form (`application/x-www-form-urlencoded`): members are text, each there once at most. */
  readonly form?: boolean;
  /**
   * In whose words errors are told when not in Matrix's: `oauth` as in RFC 6749, `page` as HTML to a person's browser,
   * which no other origin may read.
   */
  readonly answersAs?: 'oauth' | 'page';
  /** Largest accepted body; the default of the limits table when absent. */
  readonly maxBodyBytes?: number;
  readonly response: TSchema;
  readonly errors: readonly ErrorCode[];
}

/** Keeps the literal types of a definition, from which handlers, client and documents are typed. */
export function defineEndpoint<const Definition extends EndpointDefinition>(definition: Definition): Definition {
  return definition;
}

type StaticOr<Schema, Fallback> = Schema extends TSchema ? Static<Schema> : Fallback;
export type ParamsOf<E extends EndpointDefinition> = StaticOr<E['params'], Record<never, never>>;
export type QueryOf<E extends EndpointDefinition> = StaticOr<E['query'], Record<never, never>>;
export type BodyOf<E extends EndpointDefinition> = StaticOr<E['body'], undefined>;
export type ResponseOf<E extends EndpointDefinition> = Static<E['response']>;
