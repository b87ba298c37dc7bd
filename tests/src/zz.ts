import { clientServer } from '@stafette/contracts';
import { ServerProcess } from './real-server/server-process.ts';
import { runHostileRequests } from './hostile/hostile-run.ts';
import { fileURLToPath } from 'node:url';
const server = await ServerProcess.create([
  fileURLToPath(new URL('./hostile/report-event-loop-delay.ts', import.meta.url)),
]);
await server.start();
await server.ask('reset');
const skip = /^(getContent|getConfigA|uploadC|createContent|.*RoomKey|queryKeys|claimKeys|uploadKeys|getKeysChanges)/;
const eps = Object.fromEntries(Object.entries(clientServer).filter(([k]) => !skip.test(k)));
const t = performance.now();
const r = await runHostileRequests(server.baseUrl, eps as any, {
  count: Number(process.argv[2]),
  seed: process.argv[3] ?? 'a',
});
console.log(
  performance.now() - t,
  [...r.answersByStatus].sort(),
  r.reached.size,
  Object.keys(eps).length,
  Object.keys(eps)
    .filter((k) => !r.reached.has(k))
    .join(' '),
);
console.log(r.faults.join('\n'));
console.log(server.loggedErrors.join('\n\n'));
console.log(await server.ask('x'), server.isRunning);
await server.dispose();
process.exit(0);
