import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { BROKER_VARIABLE, startPostgresBroker } from './postgres-broker.ts';
import { ABSENT_SPECIFICATION, findSpecification } from './specification/find-specification.ts';
import { SPECIFICATION_VARIABLE, prepareSpecification } from './specification/prepare-specification.ts';

/** Runs once around the whole test run. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const specification = findSpecification();
  const preparedFile = specification === undefined ? undefined : prepareSpecification(specification);
  if (preparedFile === undefined) console.warn(ABSENT_SPECIFICATION);
  else process.env[SPECIFICATION_VARIABLE] = preparedFile;
  const broker = await startPostgresBroker();
  process.env[BROKER_VARIABLE] = broker.socketPath;
  return async () => {
    if (preparedFile !== undefined) rmSync(dirname(preparedFile), { recursive: true, force: true });
    await broker.stop();
  };
}
