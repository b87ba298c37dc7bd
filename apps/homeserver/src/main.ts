/** The server's program: `node main.ts` runs an agency's server, `node main.ts conformance` one for test suites. */
import { runServer } from './run-server.ts';

const [mode, ...rest] = process.argv.slice(2);
if (rest.length > 0 || (mode !== undefined && mode !== 'conformance')) {
  process.stderr.write(
    'Usage: node main.ts [conformance]\nWhat is configured is described in docs/reference/config.md.\n',
  );
  process.exit(2);
}
await runServer({ mode: mode ?? 'agency' });
