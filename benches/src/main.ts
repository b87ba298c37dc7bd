import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { encryption } from './parts/encryption.ts';
import { firstSync } from './parts/first-sync.ts';
import { history } from './parts/history.ts';
import { idle } from './parts/idle.ts';
import { joins } from './parts/joins.ts';
import type { BenchContext, Part } from './parts/part.ts';
import { profile } from './parts/profile.ts';
import { sends } from './parts/sends.ts';
import type { Report } from './report.ts';
import { startServer } from './server-process.ts';

/** In the order in which they run. */
const PARTS: Readonly<Record<string, Part>> = { sends, profile, idle, encryption, sync: firstSync, joins, history };

const USAGE = `npm run bench -- [--only ${Object.keys(PARTS).join(',')}] [--seconds 8] [--polls 10000] [--rooms 500]
                  [--members 20] [--json FILE]

Measures the server beside the limits of this machine, in one run. Ratios count; absolute figures move with the machine.`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(PARTS).join(',') },
    seconds: { type: 'string', default: '8' },
    polls: { type: 'string', default: '10000' },
    rooms: { type: 'string', default: '500' },
    members: { type: 'string', default: '20' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

const PORT = 18_408;

const context: BenchContext = {
  measureMs: Number(values.seconds) * 1000,
  polls: Number(values.polls),
  rooms: Number(values.rooms),
  members: Number(values.members),
  limitPort: PORT + 1,
  async withServer(options, work) {
    const server = await startServer({ port: PORT, ...options });
    try {
      return await work(server);
    } finally {
      await server.stop();
    }
  },
};

const results: Record<string, unknown> = {};
for (const name of values.only.split(',')) {
  const part = PARTS[name];
  if (part === undefined) throw new Error(`There is no part ${name}: ${Object.keys(PARTS).join(', ')}`);
  results[name] = await part(context);
}

if (values.json !== undefined) {
  const report: Report = { machine: { cores: availableParallelism(), node: process.version }, results };
  await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
}
