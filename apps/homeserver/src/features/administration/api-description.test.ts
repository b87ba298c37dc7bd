import { admin, type EndpointDefinition } from '@stafette/contracts';
import { startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: object;
}
interface Content {
  readonly content: { readonly 'application/json': { readonly schema: object } };
}
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content & { readonly description: string }>>;
}
interface Description {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const path = '/_stafette/admin/v1/openapi.json';
let server: TestHomeserver;
let asAdmin: TestClient;
let description: Description;
beforeAll(async () => {
  server = await startHomeserver();
  asAdmin = server.as(await server.registerAdministrator('admin'));
  description = await asAdmin.get<Description>(path);
});
afterAll(async () => server.stop());

const operations = (): (readonly [path: string, method: string, operation: Operation])[] =>
  Object.entries(description.paths).flatMap(([at, methods]) =>
    Object.entries(methods).map(([method, operation]) => [at, method, operation] as const),
  );

describe('the description of the API for administrators', () => {
  test('lists every operation of our own, and no other', () => {
    const contracts: Readonly<Record<string, EndpointDefinition>> = admin;
    const own = Object.entries(contracts).filter(([, endpoint]) => endpoint.path.startsWith('/_stafette/admin/v1/'));
    expect(own.length).toBeGreaterThan(4);
    const described = operations().map(([at, method, { operationId }]) => `${operationId} ${method} ${at}`);
    const expected = own.map(
      ([id, { method, path: at }]) => `${id} ${method.toLowerCase()} ${at.replaceAll(/:(\w+)/g, '{$1}')}`,
    );
    expect(described.sort()).toEqual(expected.sort());
  });

  test('has the structure of OpenAPI 3.1', () => {
    expect(description.openapi).toMatch(/^3\.1\.\d+$/);
    expect(description.info).toEqual({ title: expect.any(String), version: expect.stringMatching(/./) });
    for (const [at, method, operation] of operations()) {
      expect(at).toMatch(/^\//);
      expect(['get', 'put', 'post', 'delete']).toContain(method);
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.every(({ required }) => required)).toBe(true);
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(at.match(/\{\w+\}/g) ?? []);
      expect(operation.parameters.every((parameter) => ['path', 'query'].includes(parameter.in))).toBe(true);
      expect(Object.keys(operation.responses)).toEqual(['200', 'default']);
      for (const answer of Object.values(operation.responses)) expect(answer.description).not.toBe('');
    }
  });

  test('has schemas that are JSON Schema 2020-12', () => {
    const ajv = new Ajv2020({ strict: false });
    const schemas = operations().flatMap(([, , { parameters, requestBody, responses }]) => [
      ...parameters.map(({ schema }) => schema),
      ...[requestBody, responses['200']].flatMap((content) =>
        content === undefined ? [] : [content.content['application/json'].schema],
      ),
    ]);
    expect(schemas.length).toBeGreaterThan(8);
    for (const schema of schemas) expect(ajv.validateSchema(schema)).toBe(true);
    expect(JSON.stringify(description)).not.toContain('"~');
  });

  test('is for administrators', async () => {
    const asAnna = server.as(await server.register('anna'));
    expect(await asAnna.try('GET', path)).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
  });
});
