import { decodeBase64Url, type JsonObject } from '@stafette/protocol';
import type { Outbound } from '../../platform/outbound/index.ts';
import type { Random } from '../../platform/random.ts';
import type { Destination } from '../push/index.ts';
import { attemptFrom, MAX_RESPONSE_BYTES, refusedBy, TIMEOUT_MS, type Attempt } from './attempt.ts';
import type { Vapid } from './vapid.ts';
import { encryptWebPush } from './web-push-encryption.ts';

/** How long a push service keeps a message for a device that is off: two days. */
const TTL_S = 172_800;

const GONE: ReadonlySet<number> = new Set([403, 404, 410]);
const TOO_LARGE = 413;

export interface WebPushSender {
  readonly outbound: Outbound;
  readonly random: Random;
  readonly vapid: Vapid;
}

const bytesOf = (text: unknown): Uint8Array =>
  decodeBase64Url(typeof text === 'string' ? text : '') ?? new Uint8Array();

function encrypt({ pusher }: Destination, body: JsonObject, random: Random): Buffer | undefined {
  const subscriber = { publicKey: bytesOf(pusher.pushkey), authSecret: bytesOf(pusher.data['auth']) };
  try {
    return encryptWebPush(Buffer.from(JSON.stringify(body)), subscriber, random);
  } catch {
    // The client's key is not on the curve.
    return undefined;
  }
}

/** Sends to a push service what nobody but the client can read. https://www.rfc-editor.org/rfc/rfc8030 */
export async function sendWebPush(
  { outbound, random, vapid }: WebPushSender,
  destination: Destination,
  body: JsonObject,
  signal: AbortSignal,
): Promise<Attempt> {
  const encrypted = encrypt(destination, body, random);
  if (encrypted === undefined) return { outcome: 'gone' };
  try {
    const response = await outbound.request({
      method: 'POST',
      url: destination.url,
      headers: {
        authorization: vapid.authorization(destination.url.origin),
        'content-encoding': 'aes128gcm',
        'content-type': 'application/octet-stream',
        ttl: String(TTL_S),
        urgency: 'high',
      },
      body: encrypted,
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      signal,
    });
    if (GONE.has(response.status)) return { outcome: 'gone' };
    if (response.status === TOO_LARGE) return { outcome: 'unfit' };
    return response.status >= 200 && response.status < 300 ? { outcome: 'delivered' } : refusedBy(response);
  } catch (error) {
    return attemptFrom(error);
  }
}
