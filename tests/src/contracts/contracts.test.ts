import { admin, clientServer, federation, oauth, type EndpointDefinition } from '@stafette/contracts';
import { describe, expect, test } from 'vitest';

const endpoints: Readonly<Record<string, EndpointDefinition>> = { ...clientServer, ...admin, ...federation, ...oauth };
const entries = Object.entries(endpoints);

const pathsOf = ({ path, aliases = [] }: EndpointDefinition): readonly string[] => [path, ...aliases];
const parametersOf = (path: string): string[] =>
  [...path.matchAll(/:([A-Za-z]+)/g)].map(([, name = '']) => name).sort();

test('there are as many operations as the server needs', () => {
  expect(entries.length).toBeGreaterThan(80);
});

test('no two operations answer to the same method and path', () => {
  const seen = new Map<string, string>();
  const clashes: string[] = [];
  for (const [operationId, endpoint] of entries) {
    for (const path of pathsOf(endpoint)) {
      // Two parameters at one place are one place, whatever they are called.
      const route = `${endpoint.method} ${path.replaceAll(/:[A-Za-z]+/g, ':')}`;
      const other = seen.get(route);
      if (other !== undefined) clashes.push(`${route}: ${other} and ${operationId}`);
      seen.set(route, operationId);
    }
  }
  expect(clashes).toEqual([]);
});

describe.each(entries)('%s', (_operationId, endpoint) => {
  test('describes the parameters that its path has, and no others', () => {
    expect(Object.keys(endpoint.params?.properties ?? {}).sort()).toEqual(parametersOf(endpoint.path));
  });

  test('has a path of Matrix or of our own API', () => {
    for (const path of pathsOf(endpoint)) expect(path).toMatch(/^\/(_matrix|_stafette|_synapse|\.well-known)\//);
  });

  test('takes a body only where a request has one', () => {
    const takesBody = endpoint.body !== undefined || endpoint.rawBody === true;
    expect(takesBody && endpoint.method === 'GET').toBe(false);
  });

  test('has aliases with no parameters of their own', () => {
    const known = parametersOf(endpoint.path);
    for (const path of pathsOf(endpoint)) expect(known).toEqual(expect.arrayContaining(parametersOf(path)));
  });
});

test('whoever may ask without a token is limited by address, or changes nothing', () => {
  const unlimited = entries.filter(
    ([, { auth, method, rateLimit }]) => auth === 'none' && method !== 'GET' && rateLimit === 'none',
  );
  expect(unlimited).toEqual([]);
});
