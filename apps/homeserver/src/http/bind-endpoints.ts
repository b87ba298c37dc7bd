import {
  type EndpointDefinition,
  forbidden,
  methodNotAllowed,
  missingToken,
  MatrixError,
  notJson,
} from '@stafette/contracts';
import type { JsonValue, ServerName } from '@stafette/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressBlock } from './address-block.ts';
import { findAccessToken } from './auth/access-token.ts';
import { findErrorReply, inOAuthWords } from './error-reply.ts';
import { PreparedResponse, type Handler, type RequestContext } from './handler.ts';
import { nullOmitter } from './omit-nulls.ts';
import { readQuery } from './read-query.ts';
import { RequestSignals } from './request-signals.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { AccountGate, Requester, ServerGate } from './requester.ts';
import { validator } from './validate.ts';

export interface BindContext {
  readonly gate: AccountGate;
  /** Absent where no other server asks. */
  readonly serverGate?: ServerGate;
  readonly rateLimiter: RateLimiter | undefined;
  readonly allowsQueryToken: boolean;
  /** Aborts when the server closes. */
  readonly closing: AbortSignal;
  /** Tells a person what went wrong; absent where there are no pages. */
  readonly errorPage?: (error: MatrixError, acceptLanguage: string | undefined) => PreparedResponse;
  /** Called once per answer. */
  readonly observe: (operationId: string, method: string, status: number, seconds: number) => void;
}

// A handler whose contract is not known here; its context is checked by the contract's schemas before the call.
type AnyHandler = Handler<EndpointDefinition>;

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH'] as const;

const lastText = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.at(-1) : value;

/** A service is limited as its registration says, and never when it acts for itself. */
const isLimited = (requester: Requester | undefined): boolean =>
  requester?.service === undefined ||
  (requester.service.isRateLimited && requester.userId !== requester.service.senderId);

async function findRequester(
  endpoint: EndpointDefinition,
  request: FastifyRequest,
  context: BindContext,
): Promise<Requester | undefined> {
  if (endpoint.auth === 'none' || endpoint.auth === 'serverSignature') return undefined;
  // Fastify's default parser makes strings and arrays of strings.
  const query = request.query as Readonly<Record<string, string | string[] | undefined>>;
  const token = findAccessToken(
    request.headers.authorization,
    context.allowsQueryToken ? lastText(query['access_token']) : undefined,
  );
  if (token === undefined) {
    if (endpoint.auth === 'optional' || endpoint.auth === 'appserviceOrNone') return undefined;
    throw missingToken();
  }
  // People who log in anew may still send a token that is good no more.
  if (endpoint.auth === 'appserviceOrNone' && !context.gate.isServiceToken(token)) return undefined;
  const userId = endpoint.auth === 'appserviceOrNone' ? undefined : lastText(query['user_id']);
  const deviceId = lastText(query['device_id'] ?? query['org.matrix.msc3202.device_id']);
  const onBehalfOf = {
    ...(userId === undefined ? {} : { userId }),
    ...(deviceId === undefined ? {} : { deviceId }),
  };
  const requester = await context.gate.authenticate(token, onBehalfOf, request.ip, request.headers['user-agent']);
  if (requester.isLocked && endpoint.whileLocked !== true) {
    throw new MatrixError(401, 'M_USER_LOCKED', 'Your account is locked', { soft_logout: true });
  }
  if (endpoint.auth === 'admin' && !requester.isAdmin) throw forbidden('Only an administrator may do this');
  if (requester.kind === 'guest' && endpoint.guests !== true) {
    throw new MatrixError(403, 'M_GUEST_ACCESS_FORBIDDEN', 'Guests may not do this');
  }
  if (requester.isSuspended && endpoint.whileSuspended !== true && endpoint.method !== 'GET') {
    throw new MatrixError(403, 'M_USER_SUSPENDED', 'Your account is suspended: you can read, but not write');
  }
  if (endpoint.auth === 'appservice' && requester.service === undefined)
    throw forbidden('Only an application service may do this');
  return requester;
}

/** The server that asks, where only servers may. */
async function findOrigin(
  { auth, rateLimit }: EndpointDefinition,
  request: FastifyRequest,
  { serverGate, rateLimiter }: BindContext,
): Promise<ServerName | undefined> {
  if (auth !== 'serverSignature') return undefined;
  if (serverGate === undefined) throw new Error('Nothing here can tell who the server is that asks');
  // A signature costs something to check, whoever it is of.
  rateLimiter?.take(rateLimit, addressBlock(request.ip));
  return serverGate.authenticate({
    method: request.method,
    uri: request.raw.url ?? '',
    authorizations: request.raw.headersDistinct['authorization'] ?? [],
    // As the application's parser made it.
    content: request.body as JsonValue | undefined,
  });
}

function contextOf(endpoint: EndpointDefinition, context: BindContext, signals: RequestSignals) {
  const checkParams = endpoint.params && validator('params', endpoint.params);
  const checkQuery = endpoint.query && validator('query', endpoint.query);
  const omitNulls = endpoint.body && nullOmitter(endpoint.body);
  const checkBody = endpoint.body && validator('body', endpoint.body);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<RequestContext<EndpointDefinition>> => {
    const requester = await findRequester(endpoint, request, context);
    const origin = await findOrigin(endpoint, request, context);
    if (isLimited(requester))
      context.rateLimiter?.take(endpoint.rateLimit, requester?.userId ?? origin ?? addressBlock(request.ip));
    checkParams?.(request.params);
    // As above: strings and arrays of strings.
    const rawQuery = request.query as Record<string, string | string[]>;
    // As for forms: RFC 6749 section 3.1.
    const query = endpoint.query ? readQuery(endpoint.query, rawQuery, endpoint.answersAs === 'page') : {};
    checkQuery?.(query);
    const body = request.body ?? (endpoint.bodyOptional === true || endpoint.rawBody === true ? {} : undefined);
    if (checkBody) {
      if (body === undefined) throw notJson('The request needs a JSON body');
      omitNulls?.(body);
      checkBody(body);
    }
    return {
      // The three checks above prove these types.
      params: request.params as Record<never, never>,
      query: query as Record<never, never>,
      body: body as undefined,
      requester: requester as undefined,
      origin: origin as undefined,
      ip: request.ip,
      userAgent: request.headers['user-agent'],
      get signal() {
        return signals.signalOf(reply.raw);
      },
      raw: request.raw,
    };
  };
}

/**
 * Text goes out with its headers in one piece, past the framework: it would put a charset after the type, which JSON has
 * not, and write twice. Its hooks for answers run all the same.
 */
function sendText(
  reply: FastifyReply,
  text: string,
  status: number,
  headers: PreparedResponse['headers'],
): FastifyReply {
  reply.hijack();
  reply.raw.writeHead(status, {
    // Values that our own hooks have set.
    ...(reply.getHeaders() as Record<string, string>),
    ...headers,
    'content-length': Buffer.byteLength(text),
  });
  reply.raw.end(text);
  return reply;
}

const JSON_TYPE = { 'content-type': 'application/json' } as const;

function send(reply: FastifyReply, result: unknown): FastifyReply {
  if (!(result instanceof PreparedResponse)) return sendText(reply, JSON.stringify(result), 200, JSON_TYPE);
  const { body, status, headers } = result;
  return typeof body === 'string'
    ? sendText(reply, body, status, headers)
    : reply.code(status).headers(headers).send(body);
}

/** How a route tells errors when it does not speak Matrix; faults go on to the application, which logs them. */
function errorHandlerOf({ answersAs }: EndpointDefinition, { errorPage }: BindContext) {
  if (answersAs === undefined) return {};
  const errorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = findErrorReply(error);
    if (known === undefined) throw error;
    if (answersAs === 'page' && errorPage) return send(reply, errorPage(known, request.headers['accept-language']));
    throw answersAs === 'oauth' ? inOAuthWords(known) : known;
  };
  return { errorHandler };
}

/**
 * Turns contracts and handlers into routes: token or signature, account, rate limit and schemas are checked here, in this order, and
 * nowhere else. Methods that a path does not have answer 405.
 */
export function bindEndpoints(
  app: FastifyInstance,
  endpoints: Readonly<Record<string, EndpointDefinition>>,
  handlers: Readonly<Record<string, unknown>>,
  context: BindContext,
): void {
  const signals = new RequestSignals(context.closing);
  const methodsByPath = new Map<string, Set<string>>();
  for (const [operationId, endpoint] of Object.entries(endpoints)) {
    // HandlersOf pairs each operation with the handler of its own contract; the pairing is lost in iteration.
    const handler = handlers[operationId] as AnyHandler;
    const readContext = contextOf(endpoint, context, signals);
    for (const url of [endpoint.path, ...(endpoint.aliases ?? [])]) {
      const shape = url.replaceAll(/:[^/]+/g, ':');
      const known = methodsByPath.get(shape) ?? new Set([url]);
      methodsByPath.set(shape, known.add(endpoint.method));
      app.route({
        method: endpoint.method,
        url,
        ...(endpoint.maxBodyBytes === undefined ? {} : { bodyLimit: endpoint.maxBodyBytes }),
        config: {
          rawBody: endpoint.rawBody === true,
          form: endpoint.form === true,
          jsonMode: endpoint.auth === 'serverSignature' ? 'lenient' : 'request',
          isPage: endpoint.answersAs === 'page',
        },
        ...errorHandlerOf(endpoint, context),
        onResponse: async (_request, reply) =>
          context.observe(operationId, endpoint.method, reply.statusCode, reply.elapsedTime / 1000),
        handler: async (request, reply) => send(reply, await handler(await readContext(request, reply))),
      });
    }
  }
  for (const [, known] of methodsByPath) {
    const [url, ...methods] = known;
    app.route({
      method: METHODS.filter((method) => !methods.includes(method)),
      url: url ?? '',
      handler: async () => {
        throw methodNotAllowed();
      },
    });
  }
}
