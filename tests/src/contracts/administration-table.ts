import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EndpointDefinition } from '@stafette/contracts';

const HEAD = `# Operations for administrators

What administrators and their tools ask of the server, besides the operations of Matrix. Generated from the contracts by
\`tests/src/contracts/administration.test.ts\`. Every change is noted in the audit log. Who is no administrator gets
\`M_FORBIDDEN\`, where nothing else is said.
`;

const OWN = `## Our own

Described as OpenAPI at \`/_stafette/admin/v1/openapi.json\`.
`;

const COMPATIBLE = `## For tools of other servers

Tools that administer Synapse, such as synadm and ketesa, find what they ask under \`/_synapse/admin\`: the same paths,
members and types. Registration tokens are shown once, when they are made, and are listed by handles; see
[ADR 0011](../adr/0011-registration-tokens-are-hashed.md). What this server does not do is refused in so many words, and
never answered as if it were done.
`;

const AUTH: Readonly<Partial<Record<EndpointDefinition['auth'], string>>> = {
  none: 'anybody',
  accessToken: 'token',
  optional: 'token if any',
};

/** The comment above each contract, as one line of Markdown. */
export function readDescriptions(directory: string): ReadonlyMap<string, string> {
  const descriptions = new Map<string, string>();
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )) {
    const source = readFileSync(join(directory, name), 'utf8');
    for (const [, comment = '', operationId = ''] of source.matchAll(
      /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const (\w+) = defineEndpoint/g,
    ))
      descriptions.set(
        operationId,
        comment
          .replaceAll(/\s*\n?\s*\*\s|\s+/g, ' ')
          .replaceAll('|', '\\|')
          .trim(),
      );
  }
  return descriptions;
}

function draw(
  operations: readonly (readonly [operationId: string, endpoint: EndpointDefinition])[],
  descriptions: ReadonlyMap<string, string>,
): readonly string[] {
  const rows = operations.map(([operationId, { method, path, auth }]) => {
    const cells = [
      `\`${method} ${path.replaceAll(/:([A-Za-z]+)/g, '{$1}')}\``,
      AUTH[auth] ?? 'administrator',
      descriptions.get(operationId) ?? '',
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| operation | needs | what it does |', '| --- | --- | --- |', ...rows, ''];
}

/** The reference of operations for administrators as Markdown, by path. */
export function drawAdministration(
  endpoints: Readonly<Record<string, EndpointDefinition>>,
  descriptions: ReadonlyMap<string, string>,
): string {
  const sorted = Object.entries(endpoints).toSorted(([, one], [, other]) =>
    one.path < other.path ? -1 : one.path > other.path ? 1 : 0,
  );
  const isCompatible = ([, { path }]: (typeof sorted)[number]): boolean => path.startsWith('/_synapse/');
  return [
    HEAD,
    OWN,
    ...draw(
      sorted.filter((entry) => !isCompatible(entry)),
      descriptions,
    ),
    COMPATIBLE,
    ...draw(sorted.filter(isCompatible), descriptions),
  ].join('\n');
}
