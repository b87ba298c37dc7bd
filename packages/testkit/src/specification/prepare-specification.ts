import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOperations, type SpecifiedOperation } from './operations.ts';
import { type Yaml, YamlReader } from './read-yaml.ts';

/** Names the file with what answers are compared with. */
export const SPECIFICATION_VARIABLE = 'STAFETTE_PREPARED_SPECIFICATION';

export interface PreparedSpecification {
  readonly operations: readonly SpecifiedOperation[];
  /** JSON Schemas of events by type. */
  readonly events: Readonly<Record<string, Yaml>>;
}

/** Events whose content the server writes. */
const OWN_EVENTS = ['m.fully_read', 'm.presence', 'm.push_rules', 'm.receipt', 'm.typing'] as const;

/** What this server answers. */
const APIS = ['client-server', 'server-server'] as const;

function readEvents(specificationDirectory: string): Readonly<Record<string, Yaml>> {
  const reader = new YamlReader();
  return Object.fromEntries(
    OWN_EVENTS.map((type) => {
      const file = join(specificationDirectory, 'event-schemas/schema', `${type}.yaml`);
      return [type, reader.resolved(reader.read(file), file)];
    }),
  );
}

/**
 * Writes the operations of both APIs and the server's own events where all processes of a test run find them:
 * reading the documents takes a second, which each of a hundred processes would need. Returns the file.
 */
export function prepareSpecification(specificationDirectory: string): string {
  const prepared: PreparedSpecification = {
    operations: APIS.flatMap((api) => readOperations(specificationDirectory, api)),
    events: readEvents(specificationDirectory),
  };
  const file = join(mkdtempSync(join(tmpdir(), 'stafette-specification-')), 'prepared.json');
  writeFileSync(file, JSON.stringify(prepared));
  return file;
}
