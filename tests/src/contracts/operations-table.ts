import type { SpecifiedOperation } from '@stafette/testkit/specification';
import { routeOf, type Route } from './routes.ts';

const AUTH: Readonly<Record<Route['endpoint']['auth'], string>> = {
  none: '',
  optional: 'token if any',
  accessToken: 'token',
  admin: 'administrator',
  serverSignature: 'server',
  appservice: 'application service',
  appserviceOrNone: 'application service if any',
};

const headOf = (api: 'client-server' | 'server-server'): string => `# Operations of the ${api} API

Every operation of [Matrix v1.19](https://spec.matrix.org/v1.19/${api}-api/), and whether this server answers it.
Generated from the contracts and the specification's data by \`tests/src/contracts/specification.test.ts\`. The test run compares
every successful answer with the specification's schema, and fails when one that is answered had none.
`;

/** The reference of operations as Markdown, in the specification's order. */
export function drawOperations(
  api: 'client-server' | 'server-server',
  operations: readonly SpecifiedOperation[],
  routes: ReadonlyMap<string, Route>,
): string {
  const rows = operations.map((operation) => {
    const route = routes.get(routeOf(operation));
    const cells = [
      `\`${operation.method} ${operation.path}\``,
      operation.operationId + (operation.isDeprecated ? ' (deprecated)' : ''),
      route === undefined ? '' : AUTH[route.endpoint.auth],
      route === undefined ? '—' : '✅',
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const answered = operations.filter((operation) => routes.has(routeOf(operation))).length;
  return [
    headOf(api),
    `${answered} of ${operations.length} operations are answered.`,
    '',
    '| operation | specified as | needs | answered |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
