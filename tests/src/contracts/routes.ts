import type { EndpointDefinition } from '@stafette/contracts';

export interface Route {
  readonly operationId: string;
  readonly endpoint: EndpointDefinition;
}

/** A method and a path whose parameters have no names. */
export const routeOf = ({ method, path }: { readonly method: string; readonly path: string }): string =>
  `${method} ${path.replaceAll(/:[A-Za-z]+|\{[A-Za-z]+\}/g, '{}')}`;

/** Contracts by route, older spellings included. */
export function routesOf(
  endpoints: readonly (readonly [operationId: string, endpoint: EndpointDefinition])[],
): ReadonlyMap<string, Route> {
  return new Map(
    endpoints.flatMap(([operationId, endpoint]) =>
      [endpoint.path, ...(endpoint.aliases ?? [])].map(
        (path) => [routeOf({ method: endpoint.method, path }), { operationId, endpoint }] as const,
      ),
    ),
  );
}
