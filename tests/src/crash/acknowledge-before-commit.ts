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

type Callback = (error: undefined, result: { readonly rows: readonly never[]; readonly rowCount: number }) => void;

const isCallback = (argument: unknown): argument is Callback => typeof argument === 'function';

Object.defineProperty(Client.prototype, 'query', {
  value(this: Client, ...args: unknown[]): unknown {
    if (!writesMessages(args[0])) return Reflect.apply(query, this, args);
    const writeLate = async (): Promise<void> => {
      // What becomes of it nobody hears: that is the bug.
      await Promise.resolve(Reflect.apply(query, this, [args[0]])).catch(() => undefined);
    };
    setTimeout(() => void writeLate(), DELAY_MS);
    const result = { rows: [], rowCount: 1 };
    const callback = args.findLast(isCallback);
    if (callback === undefined) return Promise.resolve(result);
    setImmediate(callback, undefined, result);
    return undefined;
  },
});
