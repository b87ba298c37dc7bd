import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isYamlObject, memberAt, textAt, type Yaml, YamlReader } from './read-yaml.ts';

/** One operation of the specification. */
export interface SpecifiedOperation {
  readonly operationId: string;
  readonly method: string;
  /** With `{name}` for each path parameter. */
  readonly path: string;
  /** The document's name, without ending. */
  readonly document: string;
  readonly isDeprecated: boolean;
  readonly needsToken: boolean;
  /** Names of the query's parameters. */
  readonly query: readonly string[];
  /** JSON Schema of a successful answer; undefined when it is not JSON. */
  readonly answer: Yaml | undefined;
}

const METHODS = ['get', 'put', 'post', 'delete'] as const;

function readOperation(operation: Yaml, method: string, path: string, document: string): SpecifiedOperation {
  const { parameters = [], security = [] } = isYamlObject(operation) ? operation : {};
  const named = (Array.isArray(parameters) ? parameters : []).filter(
    (parameter: Yaml) => memberAt(parameter, 'in') === 'query',
  );
  return {
    operationId: textAt(operation, 'operationId'),
    method: method.toUpperCase(),
    path,
    document,
    isDeprecated: memberAt(operation, 'deprecated') === true,
    needsToken:
      Array.isArray(security) &&
      security.length > 0 &&
      security.every((way: Yaml) => Object.keys(way ?? {}).length > 0),
    query: named.map((parameter: Yaml) => textAt(parameter, 'name')),
    answer: memberAt(operation, 'responses', '200', 'content', 'application/json', 'schema'),
  };
}

function readDocument(reader: YamlReader, file: string, document: string): SpecifiedOperation[] {
  const text = reader.read(file);
  const { paths = {} } = isYamlObject(text) ? text : {};
  const servers = memberAt(text, 'servers');
  const server = Array.isArray(servers) ? (servers[0] as Yaml) : undefined;
  const basePath = textAt(server, 'variables', 'basePath', 'default');
  return Object.entries(isYamlObject(paths) ? paths : {}).flatMap(([path, operations]) =>
    METHODS.flatMap((method) => {
      const operation = memberAt(operations, method);
      if (operation === undefined) return [];
      // Where one route has two descriptions, the documents set them apart by a space at the end.
      const route = `${basePath}${path}`.trimEnd();
      return [readOperation(reader.resolved(operation, file), method, route, document)];
    }),
  );
}

/** All operations of one API of the specification's data; `api` is a folder such as `client-server`. */
export function readOperations(specificationDirectory: string, api: string): readonly SpecifiedOperation[] {
  const directory = join(specificationDirectory, 'api', api);
  const reader = new YamlReader();
  return readdirSync(directory)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => readDocument(reader, join(directory, name), name.replace(/\.yaml$/, '')));
}
