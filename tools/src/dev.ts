/** What `npm run dev` runs: the server, restarted when its sources change, and the web client with hot reloading. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from './repository.ts';

const children = [
  // Data of its own: whatever development does to it, `npm start` keeps what it has.
  spawn('node', ['--watch', 'apps/homeserver/src/main.ts'], {
    cwd: repositoryRoot,
    env: { ...process.env, STAFETTE_DATA: process.env['STAFETTE_DATA'] ?? 'data/dev' },
    stdio: 'inherit',
  }),
  spawn('vite', [], { cwd: join(repositoryRoot, 'apps/web'), stdio: 'inherit' }),
];

/** Ctrl-C reaches the children by itself; this is for other ends, and for when one of them ends alone. */
const endAll = (): void => {
  for (const child of children) child.kill('SIGTERM');
};
for (const child of children) child.once('exit', endAll);
process.once('SIGTERM', endAll);
process.on('SIGINT', () => undefined);
