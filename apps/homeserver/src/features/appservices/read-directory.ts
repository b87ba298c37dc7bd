import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readRegistration, type ReadRegistration } from './read-registration.ts';
import type { AppserviceRegistration } from './registration.ts';

const MAX_FILES = 200;
const MAX_FILE_BYTES = 256 * 1024;

/** What two services may not have in common. */
const UNIQUE = [
  ['id', (registration: AppserviceRegistration) => [registration.id]],
  ['sender_localpart', (registration: AppserviceRegistration) => [registration.senderLocalpart]],
  ['token', (registration: AppserviceRegistration) => [registration.asToken, registration.hsToken]],
] as const;

function readFile(path: string): ReadRegistration {
  const problem = (message: string): ReadRegistration => ({
    registration: undefined,
    problems: [`${path}: ${message}`],
    warnings: [],
  });
  try {
    if (statSync(path).size > MAX_FILE_BYTES) return problem(`the file is larger than ${MAX_FILE_BYTES} bytes`);
    return readRegistration(readFileSync(path, 'utf8'), path);
  } catch {
    return problem('the file cannot be read');
  }
}

function findClashes(files: readonly { readonly path: string; readonly registration: AppserviceRegistration }[]) {
  const problems: string[] = [];
  for (const [name, valuesOf] of UNIQUE) {
    const seen = new Map<string, string>();
    for (const { path, registration } of files) {
      for (const value of new Set(valuesOf(registration))) {
        const other = seen.get(value);
        if (other !== undefined) problems.push(`${path}: its ${name} is that of ${other} too`);
        seen.set(value, path);
      }
    }
  }
  return problems;
}

/** Reads every `.yaml` and `.yml` file of a folder as the registration of an application service. */
export function readRegistrations(directory: string): {
  readonly registrations: readonly AppserviceRegistration[];
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
} {
  let names: readonly string[];
  try {
    names = readdirSync(directory).filter((name) => /\.ya?ml$/.test(name));
  } catch {
    return { registrations: [], problems: [`The folder ${directory} cannot be read`], warnings: [] };
  }
  if (names.length > MAX_FILES)
    return { registrations: [], problems: [`${directory} has more than ${MAX_FILES} registrations`], warnings: [] };
  const files = names.toSorted().map((name) => ({ path: join(directory, name), ...readFile(join(directory, name)) }));
  const read = files.flatMap(({ path, registration }) => (registration === undefined ? [] : [{ path, registration }]));
  return {
    registrations: read.map(({ registration }) => registration),
    problems: [...files.flatMap(({ problems }) => problems), ...findClashes(read)],
    warnings: files.flatMap(({ warnings }) => warnings),
  };
}
