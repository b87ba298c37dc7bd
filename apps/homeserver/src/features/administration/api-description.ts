import type { EndpointDefinition } from '@stafette/contracts';
import type { TObject, TSchema } from 'typebox';

/** Where our own API for administrators lives. What is elsewhere is described by others. */
const OWN = '/_stafette/admin/v1/';

const REFUSAL = { $ref: '#/components/schemas/Refusal' };
const jsonOf = (schema: object): object => ({ 'application/json': { schema } });

const parametersOf = (place: 'path' | 'query', schema: TObject | undefined): readonly object[] =>
  Object.entries<TSchema>(schema?.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || schema?.required?.includes(name) === true,
    schema: property,
  }));

function operationOf(operationId: string, endpoint: EndpointDefinition): object {
  const { params, query, body, bodyOptional, response, errors } = endpoint;
  return {
    operationId,
    parameters: [...parametersOf('path', params), ...parametersOf('query', query)],
    ...(body === undefined ? {} : { requestBody: { required: bodyOptional !== true, content: jsonOf(body) } }),
    responses: {
      200: { description: 'Done.', content: jsonOf(response) },
      default: {
        description: ['Refused.', ...(errors.length === 0 ? [] : [`Among others: ${errors.join(', ')}.`])].join(' '),
        content: jsonOf(REFUSAL),
      },
    },
  };
}

/** The OpenAPI document of those contracts that are our own API for administrators. The schemas are JSON Schema already. */
export function describeApi(contracts: Readonly<Record<string, EndpointDefinition>>, version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [operationId, endpoint] of Object.entries(contracts)) {
    if (!endpoint.path.startsWith(OWN)) continue;
    const path = endpoint.path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
    (paths[path] ??= {})[endpoint.method.toLowerCase()] = operationOf(operationId, endpoint);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Stafette administration', version },
    security: [{ accessToken: [] }],
    paths,
    components: {
      securitySchemes: { accessToken: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Refusal: {
          type: 'object',
          required: ['errcode', 'error'],
          properties: { errcode: { type: 'string' }, error: { type: 'string' } },
        },
      },
    },
  };
}
