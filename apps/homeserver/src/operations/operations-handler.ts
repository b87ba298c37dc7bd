import type { ServerResponse } from 'node:http';
import type { RequestHandler } from '../http/listener.ts';
import type { Metrics } from '../platform/metrics.ts';
import { readReadiness, type ReadinessCheck } from './checks.ts';

function answer(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, {
    'content-type': contentType,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

const answerJson = (response: ServerResponse, status: number, body: unknown): void =>
  answer(response, status, 'application/json', JSON.stringify(body));

/**
 * For probes and Prometheus, on a listener of its own: `/livez` (the process answers), `/readyz` (it can do its work),
 * `/metrics`, and the paths under which Synapse has them.
 */
export function operationsHandler(
  checks: readonly ReadinessCheck[],
  metrics: Metrics,
  onFault: (error: unknown) => void,
): RequestHandler {
  const respond = async (path: string, response: ServerResponse): Promise<void> => {
    switch (path) {
      case '/livez':
        return answerJson(response, 200, { status: 'ok' });
      case '/readyz': {
        const { isReady, checks: results } = await readReadiness(checks);
        return answerJson(response, isReady ? 200 : 503, { status: isReady ? 'ok' : 'failing', checks: results });
      }
      case '/health':
        return answer(response, 200, 'text/plain', 'OK');
      case '/metrics':
      case '/_synapse/metrics':
        return answer(response, 200, metrics.contentType, await metrics.text());
      default:
        return answerJson(response, 404, { status: 'unknown path' });
    }
  };
  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    respond(path, response).catch((error: unknown) => {
      onFault(error);
      if (!response.headersSent) answerJson(response, 500, { status: 'fault' });
    });
  };
}
