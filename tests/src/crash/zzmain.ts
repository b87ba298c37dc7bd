import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runCrashTest } from './zzrun.ts';
import { describeVerdict, isFlawless } from './verdict.ts';

/** `npm run crash -- --kills 500 --postgres-kills 50`: exits with 1 when anything acknowledged was lost, doubled or invisible. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '50' },
      'postgres-kills': { type: 'string', default: '10' },
      'plant-ack-before-commit': { type: 'boolean', default: false },
      seed: { type: 'string', default: randomBytes(4).toString('hex') },
    },
  });
  console.log(`seed ${values.seed}`);
  const verdict = await runCrashTest({
    serverKills: Number(values.kills),
    postgresKills: Number(values['postgres-kills']),
    acknowledgesEarly: values['plant-ack-before-commit'],
    seed: values.seed,
    onProgress: (line) => console.log(line),
  });
  for (const example of verdict.examples) console.log(example);
  console.log(describeVerdict(verdict));
  process.exitCode = isFlawless(verdict) ? 0 : 1;
}

await main();
