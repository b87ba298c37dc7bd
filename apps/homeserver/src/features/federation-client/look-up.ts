import { MatrixError } from '@stafette/contracts';
import { isJsonObject, type JsonObject, type ServerName } from '@stafette/protocol';
import { OutboundError } from '../../platform/outbound/index.ts';
import type { FederationClient, FederationResponse } from './federation-client.ts';

/** What one of our people wants to know of another server. */
interface Question {
  readonly destination: ServerName;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** Somebody waits for it in front of a screen. */
const TIMEOUT_MS = 10_000;
const MAX_RESPONSE_BYTES = 128 * 1024;

async function ask(
  federation: Pick<FederationClient, 'request'>,
  { destination, path, query }: Question,
): Promise<FederationResponse | undefined> {
  try {
    return await federation.request({
      destination,
      method: 'GET',
      path: `${path}?${new URLSearchParams(query).toString()}`,
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    if (error.kind === 'refused') return undefined;
    if (error.kind === 'timeout')
      throw new MatrixError(504, 'M_CONNECTION_TIMEOUT', `${destination} did not answer in time`);
    throw new MatrixError(502, 'M_CONNECTION_FAILED', `${destination} cannot be reached`);
  }
}

/**
 * What another server answers to a question of one of our people; undefined when it has no answer for us, or this server does
 * not speak with it. Throws M_CONNECTION_TIMEOUT and M_CONNECTION_FAILED, which are worth another try.
 */
export async function lookUp(
  federation: Pick<FederationClient, 'request'>,
  question: Question,
): Promise<JsonObject | undefined> {
  const response = await ask(federation, question);
  if (response === undefined || response.status === 404 || response.status === 403) return undefined;
  const { status, content } = response;
  if (status !== 200 || !isJsonObject(content))
    throw new MatrixError(502, 'M_CONNECTION_FAILED', `${question.destination} gave no answer that makes sense`);
  return content;
}
