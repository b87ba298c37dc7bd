import { readFileSync } from 'node:fs';
import { clientServer, type EndpointDefinition } from '@stafette/contracts';
import { findSpecification, readOperations } from '@stafette/testkit/specification';

const routeOf = (method: string, path: string): string => `${method} ${path.replaceAll(/:\w+|\{\w+\}/g, '{}')}`;

/**
 * Operations of the specification that this server answers, of which a whole test run saw no successful answer that it
 * could compare with the specification. `checkedFile` is what the run wrote.
 */
export function listUncheckedOperations(checkedFile: string): readonly string[] {
  const specification = findSpecification();
  if (specification === undefined) return [];
  const checked = new Set(readFileSync(checkedFile, 'utf8').split('\n'));
  const endpoints: readonly EndpointDefinition[] = Object.values(clientServer);
  const answered = new Set(
    endpoints.flatMap(({ method, path, aliases = [] }) => [path, ...aliases].map((each) => routeOf(method, each))),
  );
  return readOperations(specification, 'client-server')
    .filter(({ method, path }) => answered.has(routeOf(method, path)))
    .map(({ method, path }) => `${method} ${path}`)
    .filter((operation) => !checked.has(operation));
}
