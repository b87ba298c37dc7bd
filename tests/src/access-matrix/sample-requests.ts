import type { EndpointDefinition } from '@stafette/contracts';
import { SeededRandom, type Method } from '@stafette/testkit';
import { generateValue, type KnownValues } from '../generate/generate-value.ts';

export interface SampleRequest {
  readonly method: Method;
  readonly path: string;
  readonly body: unknown;
}

interface Sample {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Where a generated request would not be a sensible one. */
const SAMPLES: Readonly<Record<string, (known: KnownValues) => Sample>> = {
  setRoomStateWithKey: () => ({ params: { eventType: 'm.room.topic', stateKey: '' }, body: { topic: 'A topic' } }),
  getRoomStateWithKey: () => ({ params: { eventType: 'm.room.name', stateKey: '' } }),
  sendMessage: () => ({
    params: { eventType: 'm.room.message', txnId: 'once' },
    body: { msgtype: 'm.text', body: 'Guten Tag' },
  }),
  getRoomEvents: () => ({ query: { dir: 'b' } }),
  createRoom: () => ({ body: { name: 'Another room' } }),
  sync: () => ({ query: { timeout: '0' } }),
  login: () => ({
    body: { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'nobody' }, password: 'wrong' },
  }),
  register: () => ({
    body: { username: 'newcomer', password: 'newcomer-password-1', auth: { type: 'm.login.dummy' } },
  }),
};

/** The values to choose from have one element each, so that nothing here is left to chance. */
const random = new SeededRandom('sample requests');

function firstOf(known: KnownValues, name: string, fallback: string): string {
  return known[name]?.[0] ?? fallback;
}

/** A valid request to the endpoint, with as little in it as its contract allows. */
export function makeSampleRequest(
  operationId: string,
  endpoint: EndpointDefinition,
  known: KnownValues,
): SampleRequest {
  const sample = SAMPLES[operationId]?.(known) ?? {};
  const options = { random, known, optionalPercent: 0 };
  const path = endpoint.path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) =>
    encodeURIComponent(sample.params?.[name] ?? firstOf(known, name, 'sample')),
  );
  const generated = endpoint.query === undefined ? {} : generateValue(endpoint.query, '', options);
  const query = new URLSearchParams(
    Object.entries({ ...(generated as object), ...sample.query }).map(([name, value]) => [name, String(value)]),
  );
  const body = sample.body ?? (endpoint.body === undefined ? undefined : generateValue(endpoint.body, '', options));
  return {
    method: endpoint.method,
    path: query.size === 0 ? path : `${path}?${query.toString()}`,
    body: endpoint.method === 'GET' ? undefined : (body ?? {}),
  };
}
