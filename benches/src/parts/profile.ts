import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendOverManyRooms } from '../cases/sends.ts';
import { readHeaviestFunctions } from '../cpu-profile.ts';
import type { Part } from './part.ts';

/** Where W2 spends its time: the heaviest functions of the server. */
export const profile: Part = async ({ withServer, measureMs }) => {
  const directory = await mkdtemp(join(tmpdir(), 'stafette-bench-profile-'));
  await withServer({ nodeArgs: ['--cpu-prof', `--cpu-prof-dir=${directory}`] }, ({ url }) =>
    sendOverManyRooms({ url, warmUpMs: measureMs / 4, measureMs }),
  );
  const heaviest = await readHeaviestFunctions(directory, 10);
  await rm(directory, { recursive: true, force: true });
  console.log('\nWhere W2 spends its CPU time (self time, share of the busy time)');
  for (const { name, share } of heaviest) console.log(`${(share * 100).toFixed(1).padStart(5)} %  ${name}`);
  return heaviest;
};
