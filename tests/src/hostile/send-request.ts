import { Agent, request } from 'node:http';
import type { HostileRequest } from './hostile-request.ts';

export interface HostileAnswer {
  /** Undefined when the server closed the connection or was still waiting, which both are its right. */
  readonly status: number | undefined;
  readonly text: string;
}

const PATIENCE_MS = 3_000;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** Sends the bytes as they are; `fetch` would clean them. */
export async function sendRequest(
  baseUrl: string,
  { method, path, headers, body }: HostileRequest,
): Promise<HostileAnswer> {
  const { promise, resolve } = Promise.withResolvers<HostileAnswer>();
  const outgoing = request(
    baseUrl + path,
    {
      agent,
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': body.length }) },
      timeout: PATIENCE_MS,
    },
    (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('close', () => resolve({ status: response.statusCode, text }));
    },
  );
  outgoing.once('timeout', () => outgoing.destroy());
  outgoing.once('error', () => resolve({ status: undefined, text: '' }));
  outgoing.end(body);
  return promise;
}
