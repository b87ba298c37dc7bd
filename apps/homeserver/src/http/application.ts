import type { IncomingMessage } from 'node:http';
import { badJson, MatrixError, notJson, tooLarge, unrecognized } from '@stafette/contracts';
import { type JsonMode, parseJson } from '@stafette/protocol';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { findErrorReply } from './error-reply.ts';
import { parseForm } from './parse-form.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The handler reads the body's stream itself. */
    readonly rawBody?: boolean;
    readonly form?: boolean;
    /** How numbers are read; as clients send them when absent. */
    readonly jsonMode?: JsonMode;
    /** Other origins may not read the answer. */
    readonly isPage?: boolean;
  }
}

/** Bytes of a JSON body where the contract names no other limit: an event of 64 KiB and room to spare. */
const DEFAULT_BODY_LIMIT_BYTES = 1024 * 1024;

const CORS_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
  'access-control-allow-headers': 'X-Requested-With, Content-Type, Authorization, Date, If-Match, If-None-Match',
  'access-control-expose-headers': 'ETag, Location, Retry-After',
} as const;

function parseBody(bytes: Buffer, mode: JsonMode): unknown {
  if (bytes.length === 0) return undefined;
  const result = parseJson(bytes, { mode });
  if (result.ok) return result.value;
  switch (result.error.code) {
    case 'syntax':
    case 'trailing-garbage':
    case 'invalid-utf8':
      throw notJson('The request body is not JSON');
    case 'too-large':
      throw tooLarge('The request body is too large');
    default:
      throw badJson(`The request body is refused: ${result.error.code}`);
  }
}

/** Reads a body up to its limit; what is beyond is drained, not kept, so that the client can read the refusal. */
async function readBody(payload: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of payload as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= limitBytes) chunks.push(chunk);
  }
  if (sizeBytes > limitBytes) throw tooLarge(`The request body is larger than ${limitBytes} bytes`);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function replyWith(error: MatrixError, reply: FastifyReply): FastifyReply {
  const retryAfterMs = error.extra['retry_after_ms'];
  if (typeof retryAfterMs === 'number') void reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
  return reply
    .code(error.status)
    .headers({ ...CORS_HEADERS, 'content-type': 'application/json' })
    .send(Buffer.from(JSON.stringify(error.body())));
}

const fault = (): MatrixError =>
  new MatrixError(500, 'M_UNKNOWN', 'The server failed to do this and changed nothing. Please try again later');

/**
 * An HTTP application without routes: body parsing, CORS, and the one place where errors become answers. `onFault` hears
 * of what was our own mistake. Only from `trustedProxies` is `X-Forwarded-For` believed.
 */
export function createApplication(
  onFault: (error: unknown, requestId: string) => void,
  trustedProxies: readonly string[] = [],
): FastifyInstance {
  const app = fastify({
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: DEFAULT_BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: 2048, ignoreTrailingSlash: true },
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    frameworkErrors: (error, _request, reply) => void replyWith(findErrorReply(error) ?? fault(), reply),
  });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const { config, bodyLimit } = request.routeOptions;
    if (config.rawBody === true) return undefined;
    const bytes = await readBody(payload, bodyLimit ?? DEFAULT_BODY_LIMIT_BYTES);
    return config.form === true
      ? parseForm(bytes, config.isPage === true)
      : parseBody(bytes, config.jsonMode ?? 'request');
  });
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config?.isPage !== true) void reply.headers(CORS_HEADERS);
    if (request.method === 'OPTIONS') await reply.code(204).send();
  });
  app.setErrorHandler((error, request, reply) => {
    const known = findErrorReply(error);
    if (known === undefined) onFault(error, request.id);
    return replyWith(known ?? fault(), reply);
  });
  app.setNotFoundHandler((_request, reply) => replyWith(unrecognized(), reply));
  return app;
}
