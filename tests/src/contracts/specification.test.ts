import { clientServer, federation, type EndpointDefinition } from '@stafette/contracts';
import { ABSENT_SPECIFICATION, findSpecification, readOperations } from '@stafette/testkit/specification';
import { describe, expect, test } from 'vitest';
import { drawOperations } from './operations-table.ts';
import { routesOf, routeOf } from './routes.ts';

const specification = findSpecification();
const operations = specification === undefined ? [] : readOperations(specification, 'client-server');
const routes = routesOf(Object.entries(clientServer));

/** Operations that ask for a token where the specification does not, or the other way round, and why. */
const OTHER_AUTH: Readonly<Record<string, string>> = {
  deactivateAccount: 'who has forgotten the password resets it first',
  getRoomSummary: 'the document names the signature of a server; public rooms are shown to everybody',
};

/** Parameters of the query that have no meaning here, and why. */
const WITHOUT_MEANING: Readonly<Record<string, string>> = {
  allow_remote: 'the frozen addresses serve what is here',
  allow_redirect: 'files are never elsewhere',
  fields: 'stands for whatever names a network has',
};

test('the specification is here, or it is said loudly', () => {
  if (specification === undefined) console.warn(ABSENT_SPECIFICATION);
  expect(operations.length === 0 || operations.length > 150).toBe(true);
});

const answered = operations.flatMap((operation) => {
  const route = routes.get(routeOf(operation));
  return route === undefined ? [] : [{ ...operation, endpoint: route.endpoint }];
});

test('every operation is answered, which the list of versions promises', () => {
  const missing = operations.filter((operation) => !routes.has(routeOf(operation)));
  expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

describe.each(answered)('$method $path', ({ endpoint, ...operation }) => {
  test('asks for a token where the specification does', () => {
    const isOther = OTHER_AUTH[operation.operationId] !== undefined;
    const needsToken = !['none', 'optional', 'appserviceOrNone'].includes(endpoint.auth);
    expect(needsToken).toBe(operation.needsToken !== isOther);
  });

  test('knows the parameters of the query', () => {
    const known = Object.keys(endpoint.query?.properties ?? {});
    const unknown = operation.query.filter((name) => !known.includes(name) && WITHOUT_MEANING[name] === undefined);
    expect(unknown).toEqual([]);
  });
});

test('operations for servers are those of the specification, and ask for a signature where it does', () => {
  if (specification === undefined) return;
  const specified = new Map(readOperations(specification, 'server-server').map((each) => [routeOf(each), each]));
  const ours: readonly (readonly [string, EndpointDefinition])[] = Object.entries(federation);
  const theirs = ours.map(([, endpoint]) => {
    const { operationId, needsToken, query } = specified.get(routeOf(endpoint)) ?? expect.unreachable();
    return [operationId, needsToken, query];
  });
  expect(theirs).toEqual(
    ours.map(([operationId, { auth, query }]) => [
      operationId,
      auth === 'serverSignature',
      Object.keys(query?.properties ?? {}),
    ]),
  );
});

test('the tables of operations are up to date', async () => {
  if (specification === undefined) return;
  await expect(drawOperations('client-server', operations, routes)).toMatchFileSnapshot(
    '../../../docs/reference/client-server-api.md',
  );
  // Where a server is found it tells as it tells clients.
  const forServers = routesOf(Object.entries({ ...federation, getServerWellKnown: clientServer.getServerWellKnown }));
  await expect(
    drawOperations('server-server', readOperations(specification, 'server-server'), forServers),
  ).toMatchFileSnapshot('../../../docs/reference/server-server-api.md');
});
