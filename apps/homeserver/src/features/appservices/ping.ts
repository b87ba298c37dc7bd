import { performance } from 'node:perf_hooks';
import { forbidden, MatrixError } from '@stafette/contracts';
import type { Requester } from '../../http/requester.ts';
import { OutboundError, type OutboundResponse } from '../../platform/outbound/index.ts';
import type { Appservice } from './appservice.ts';
import type { Deliveries } from './deliveries.ts';
import { isSuccess, type ServiceClient } from './service-client.ts';

/** How long a service may take to answer. */
const TIMEOUT_MS = 30_000;
/** Characters of a service's answer that it is shown when it refused. */
const MAX_QUOTED_CHARS = 4_096;

export interface PingDependencies {
  readonly client: ServiceClient;
  readonly services: readonly Appservice[];
  readonly deliveries: Pick<Deliveries, 'retryNow'>;
}

async function request(
  client: ServiceClient,
  service: Appservice,
  transactionId: string | undefined,
  timeoutMs: number,
): Promise<OutboundResponse> {
  const body = JSON.stringify(transactionId === undefined ? {} : { transaction_id: transactionId });
  try {
    return await client.request(service, { method: 'POST', path: '/ping', body, timeoutMs });
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    if (error.kind === 'timeout')
      throw new MatrixError(504, 'M_CONNECTION_TIMEOUT', 'The application service did not answer in time');
    throw new MatrixError(502, 'M_CONNECTION_FAILED', 'The application service could not be reached');
  }
}

/**
 * Asks the service that asks whether it is there; returns the duration in ms. One that is gets what it missed at once.
 * https://spec.matrix.org/v1.19/application-service-api/#pinging
 */
export async function pingService(
  { client, services, deliveries }: PingDependencies,
  requester: Pick<Requester, 'service'>,
  serviceId: string,
  transactionId: string | undefined,
  timeoutMs = TIMEOUT_MS,
): Promise<number> {
  const service = services.find(({ id }) => id === serviceId);
  if (service === undefined || requester.service?.id !== serviceId)
    throw forbidden('This is not the id of the application service that asks');
  if (service.registration.url === undefined)
    throw new MatrixError(400, 'M_URL_NOT_SET', 'The application service has no URL in its registration');
  const startedAt = performance.now();
  const response = await request(client, service, transactionId, timeoutMs);
  if (!isSuccess(response)) {
    throw new MatrixError(502, 'M_BAD_STATUS', `The application service answered with status ${response.status}`, {
      status: response.status,
      body: response.body.toString('utf8').slice(0, MAX_QUOTED_CHARS),
    });
  }
  deliveries.retryNow(service);
  return Math.round(performance.now() - startedAt);
}
