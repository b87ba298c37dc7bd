/**
 * A planted bug, loaded into the server's process before its own modules: messages are reported as written a quarter
 * of a second before they are. A crash test that does not find it is worth nothing.
 */
import { Client } from 'pg';

const DELAY_MS = 250;

/** The statement that writes a batch of messages; those that make rooms are left alone, or nothing would start. */
const writesMessages = (query: unknown): boolean =>
  typeof query === 'object' &&
  query !== null &&
  'text' in query &&
  typeof query.text === 'string' &&
  query.text.includes('insert into event (') &&
  !query.text.includes('insert into room (');

const query = Client.prototype.query;

Object.defineProperty(Client.prototype, 'query', {
  value(this: Client, ...args: unknown[]): unknown {
    const run = (): unknown => Reflect.apply(query, this, args);
    if (!writesMessages(args[0])) return run();
    // What becomes of it nobody hears: that is the bug.
    setTimeout(() => void Promise.resolve(run()).catch(() => undefined), DELAY_MS);
    return Promise.resolve({ rows: [], rowCount: 1 });
  },
});
