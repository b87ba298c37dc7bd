import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Names the folder with the specification's data; without it, one beside the repository is looked for. */
const VARIABLE = 'STAFETTE_SPECIFICATION';

const BESIDE_REPOSITORY = resolve(import.meta.dirname, '../../../../../shared/matrix-spec');

/** The folder with the Matrix specification as data (the `data` folder of its repository); undefined when it is not here. */
export function findSpecification(): string | undefined {
  const named = process.env[VARIABLE];
  const directory = named === undefined || named === '' ? BESIDE_REPOSITORY : resolve(named);
  return existsSync(resolve(directory, 'api/client-server')) ? directory : undefined;
}

export const ABSENT_SPECIFICATION = `THE SPECIFICATION IS NOT HERE: answers are not compared with it. ${VARIABLE} names the folder with its data.`;
