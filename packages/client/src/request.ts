import type { BodyOf, EndpointDefinition, ParamsOf, QueryOf } from '@stafette/contracts';

type Part<Name extends string, Value> = object extends Value
  ? { readonly [Key in Name]?: Value }
  : { readonly [Key in Name]: Value };
type BodyPart<E extends EndpointDefinition> = E['body'] extends object
  ? E['bodyOptional'] extends true
    ? { readonly body?: BodyOf<E> }
    : { readonly body: BodyOf<E> }
  : unknown;

/** What a call of an operation needs: exactly the parts that its contract names. */
export type CallOf<E extends EndpointDefinition> = Part<'params', ParamsOf<E>> &
  Part<'query', QueryOf<E>> &
  BodyPart<E>;

export interface HttpRequest {
  readonly method: EndpointDefinition['method'];
  /** Path and query. */
  readonly target: string;
  /** JSON text. */
  readonly body: string | undefined;
}

type Values = Readonly<Record<string, unknown>>;

function fillPath(path: string, params: Values): string {
  return path.replaceAll(/:([A-Za-z]+)/g, (_match, name: string) => {
    const value = params[name];
    if (typeof value !== 'string') throw new TypeError(`The path needs ${name}`);
    return encodeURIComponent(value);
  });
}

function queryText(query: Values): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value])
      if (item !== undefined) search.append(name, String(item));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/** Turns a call into the request that the contract describes. */
export function toRequest(
  endpoint: EndpointDefinition,
  call: { readonly params?: Values; readonly query?: Values; readonly body?: unknown },
): HttpRequest {
  const needsBody = endpoint.body !== undefined || endpoint.method === 'POST' || endpoint.method === 'PUT';
  return {
    method: endpoint.method,
    target: fillPath(endpoint.path, call.params ?? {}) + queryText(call.query ?? {}),
    body: needsBody ? JSON.stringify(call.body ?? {}) : undefined,
  };
}
