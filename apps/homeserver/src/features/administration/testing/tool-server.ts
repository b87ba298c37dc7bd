import { startHomeserver, type Method, type TestHomeserver } from '@stafette/testkit';
import type { JsonObject, JsonValue } from '@stafette/protocol';

/** One request as a tool sends it, and what it reads of the answer. */
export interface ToolCall {
  readonly does: string;
  readonly method: Method;
  /** Names in braces stand for what the world knows, or for what earlier answers gave. */
  readonly path: string;
  readonly body?: unknown;
  readonly status?: number;
  /** Members by name, `a.b` for b of each a in an array. */
  readonly reads?: readonly string[];
}

export interface Replayed {
  readonly status: number;
  /** What the tool reads and the answer has not. */
  readonly missing: readonly string[];
  readonly body: JsonObject;
}

/** What lists of people show in both tools. */
export const LISTED = [
  'name',
  'is_guest',
  'admin',
  'user_type',
  'deactivated',
  'erased',
  'shadow_banned',
  'displayname',
  'locked',
] as const;

/** A server with an administrator and with Anna, who has a room, a message, a file and account data. */
export async function startToolServer(): Promise<{
  readonly homeserver: TestHomeserver;
  /** By the names that paths use. */
  readonly known: Record<string, string>;
  readonly replay: (call: Omit<ToolCall, 'does'>) => Promise<Replayed>;
}> {
  const homeserver = await startHomeserver({ settings: { administration: { mayActAsPeople: true } } });
  const admin = homeserver.as(await homeserver.registerAdministrator('admin'));
  const anna = await homeserver.register('anna');
  const asAnna = homeserver.as(anna);
  const roomId = await asAnna.createRoom({ preset: 'public_chat' });
  await asAnna.send(roomId, 'hello');
  await asAnna.post('/_matrix/media/v3/upload', { a: 'file' });
  await asAnna.put(`/user/${anna.userId}/account_data/org.example.data`, { a: 1 });
  const known: Record<string, string> = { anna: encodeURIComponent(anna.userId), roomId, device: anna.deviceId };
  return {
    homeserver,
    known,
    replay: async ({ method, path, body, reads = [] }) => {
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[name] ?? '');
      const answer = await admin.try(method, filled, body);
      const missing = reads.filter((name) => {
        const values = valuesAt(answer.body, name.split('.'));
        return values.length === 0 || values.includes(undefined);
      });
      return { status: answer.status, missing, body: answer.body };
    },
  };
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The values at a path of members, in every element of the arrays on the way. */
export function valuesAt(value: JsonValue | undefined, path: readonly string[]): readonly (JsonValue | undefined)[] {
  if (Array.isArray(value)) return value.flatMap((element) => valuesAt(element, path));
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  return isObject(value) ? valuesAt(value[name], rest) : [undefined];
}

export const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
