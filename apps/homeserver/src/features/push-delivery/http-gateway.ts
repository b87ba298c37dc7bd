import { isJsonObject, parseJson, type JsonObject } from '@stafette/protocol';
import type { Outbound } from '../../platform/outbound/index.ts';
import type { Destination } from '../push/index.ts';
import { attemptFrom, MAX_RESPONSE_BYTES, refusedBy, TIMEOUT_MS, type Attempt } from './attempt.ts';

const OK = 200;

function isRejected(body: Uint8Array, pushkey: string): boolean {
  const parsed = parseJson(body, { mode: 'request' });
  const rejected = parsed.ok && isJsonObject(parsed.value) ? parsed.value['rejected'] : undefined;
  return Array.isArray(rejected) && rejected.includes(pushkey);
}

/** Posts to a push gateway. https://spec.matrix.org/v1.19/push-gateway-api/ */
export async function postToGateway(
  outbound: Outbound,
  { url, pusher }: Destination,
  body: JsonObject,
  signal: AbortSignal,
): Promise<Attempt> {
  try {
    const response = await outbound.request({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      signal,
    });
    if (response.status !== OK) return refusedBy(response);
    return { outcome: isRejected(response.body, pusher.pushkey) ? 'gone' : 'delivered' };
  } catch (error) {
    return attemptFrom(error);
  }
}
