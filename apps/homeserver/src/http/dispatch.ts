import type { RequestHandler } from './listener.ts';

/** The applications behind one port. */
export interface Applications {
  /** Everything of Matrix and our own interfaces. */
  readonly api: RequestHandler;
  /** `/_stafette/setup`, which answers before and after there is an agency; none in the conformance mode. */
  readonly setup: RequestHandler | undefined;
  /** What is not an interface goes to the web client; without one, to `api`, which knows how to refuse. */
  readonly web: RequestHandler | undefined;
}

const API_PREFIXES = ['/_matrix', '/_synapse', '/_stafette', '/.well-known'] as const;
const SETUP_PATH = '/_stafette/setup';

const isUnder = (url: string, prefix: string): boolean =>
  url.startsWith(prefix) && (url.length === prefix.length || url[prefix.length] === '/' || url[prefix.length] === '?');

/** Answers that the server is up, to load balancers and probes that know no more than this. */
const answerHealth: RequestHandler = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 2, 'cache-control': 'no-store' });
  response.end('OK');
};

/** Sends each request to its application, by the beginning of its path. */
export function dispatch({ api, setup, web }: Applications): RequestHandler {
  return (request, response) => {
    const url = request.url ?? '/';
    if (url.startsWith('/_matrix/')) return api(request, response);
    if (isUnder(url, '/health')) return answerHealth(request, response);
    if (setup && isUnder(url, SETUP_PATH)) return setup(request, response);
    if (!web || API_PREFIXES.some((prefix) => isUnder(url, prefix))) return api(request, response);
    return web(request, response);
  };
}
