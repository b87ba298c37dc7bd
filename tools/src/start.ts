/** What `npm start` and `npm run demo` run: builds the web client when its sources changed, then the server in this process. */
import { resolve } from 'node:path';
import { processEnvironment, runServer } from '@stafette/homeserver';
import { ensureWebBuilt } from './build-web.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const args = process.argv.slice(2);
if (args.some((argument) => argument !== '--demo')) {
  process.stderr.write('Usage: npm start, or npm run demo\n');
  process.exit(2);
}
await ensureWebBuilt(() => say('Building the web client; this happens once ...'));
say('Starting Stafette ...');
if (args.includes('--demo')) {
  const inherited = processEnvironment();
  // Apart from a real agency's data.
  const data = resolve(inherited['STAFETTE_DATA'] ?? 'data/demo');
  const { seedDemo } = await import('./demo/seed.ts');
  await runServer({
    mode: 'agency',
    environment: { ...inherited, STAFETTE_DATA: data },
    onReady: async (server) => seedDemo(server, data),
  });
} else {
  await runServer({ mode: 'agency' });
}
