import { serverNameOf, type JsonObject, type JsonValue, type ServerName, type UserId } from '@stafette/protocol';
import { OutboundError } from '../../platform/outbound/index.ts';
import type { FederationCircle, FederationClient } from '../federation-client/index.ts';
import type { OneTimeKeys, WantedOneTimeKeys } from './claims.ts';
import { emptyRecord, noKeys, type PublishedKeys, type WantedKeys } from './own-keys.ts';
import { readOneTimeKeys, readPublishedKeys } from './read-remote-keys.ts';

export interface Failures {
  readonly failures: Record<string, JsonObject>;
}

interface Dependencies {
  readonly circle: Pick<FederationCircle, 'has'>;
  readonly federation: Pick<FederationClient, 'request'>;
}

/** Users of one server in one request: what they have published is read in one go. */
const USERS_PER_REQUEST = 100;
const MAX_RESPONSE_BYTES = 2 * 1024 * 1024;
/** How long servers have if the client does not say, and at most. */
const USUAL_TIMEOUT_MS = 10_000;
const MAX_TIMEOUT_MS = 30_000;
/** Requests that are made for one client at once. */
const MAX_REQUESTS = 100;

interface Asked<T> {
  readonly server: ServerName;
  readonly users: ReadonlyMap<UserId, T>;
}

function bundle<T>(server: ServerName, entries: readonly (readonly [UserId, T])[]): readonly Asked<T>[] {
  const count = Math.ceil(entries.length / USERS_PER_REQUEST);
  return Array.from({ length: count }, (_, index) => ({
    server,
    users: new Map(entries.slice(index * USERS_PER_REQUEST, (index + 1) * USERS_PER_REQUEST)),
  }));
}

/**
 * Keys of users of other servers, asked for when a client wants them: their device lists are not followed yet. A server that
 * gives no answer is named, and never in the way of the others.
 */
export class RemoteKeys {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** What they have published. https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1userkeysquery */
  async list(wanted: WantedKeys, timeoutMs?: number): Promise<Failures & { readonly keys: PublishedKeys }> {
    const keys = noKeys();
    const failures = await this.#askAll(wanted, timeoutMs, '/_matrix/federation/v1/user/keys/query', {
      contentOf: (users) => ({ device_keys: Object.fromEntries(users) }),
      read: (content, users) => readPublishedKeys(content, users, keys),
    });
    return { keys, failures };
  }

  /** One key for each device. https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1userkeysclaim */
  async claim(
    wanted: WantedOneTimeKeys,
    timeoutMs?: number,
  ): Promise<Failures & { readonly one_time_keys: OneTimeKeys }> {
    const keys: OneTimeKeys = emptyRecord();
    const failures = await this.#askAll(wanted, timeoutMs, '/_matrix/federation/v1/user/keys/claim', {
      contentOf: (users) => ({ one_time_keys: Object.fromEntries(users) }),
      read: (content, users) => readOneTimeKeys(content, users, keys),
    });
    return { one_time_keys: keys, failures };
  }

  /** Asks every server at the same time; resolves to those without an answer. */
  async #askAll<T>(
    wanted: ReadonlyMap<UserId, T>,
    timeoutMs: number | undefined,
    path: string,
    {
      contentOf,
      read,
    }: {
      readonly contentOf: (users: ReadonlyMap<UserId, T>) => JsonObject;
      readonly read: (content: JsonValue | undefined, users: ReadonlyMap<UserId, T>) => boolean;
    },
  ): Promise<Record<string, JsonObject>> {
    const byServer = [...Map.groupBy(wanted, ([userId]) => serverNameOf(userId))];
    const inCircle = byServer.filter(([server]) => this.#d.circle.has(server));
    const bundles = inCircle.flatMap(([server, entries]) => bundle(server, entries));
    const outside = byServer.filter(([server]) => !this.#d.circle.has(server)).map(([server]) => server);
    const unanswered = new Set([...outside, ...bundles.slice(MAX_REQUESTS).map(({ server }) => server)]);
    const ask = async ({ server, users }: Asked<T>): Promise<void> => {
      const content = await this.#ask(server, path, contentOf(users), timeoutMs);
      if (!read(content, users)) unanswered.add(server);
    };
    await Promise.all(bundles.slice(0, MAX_REQUESTS).map(ask));
    const failures = emptyRecord<JsonObject>();
    for (const server of unanswered) failures[server] = { message: 'This server cannot be reached' };
    return failures;
  }

  /** Undefined when there is no answer. */
  async #ask(
    destination: ServerName,
    path: string,
    content: JsonObject,
    wantedMs = USUAL_TIMEOUT_MS,
  ): Promise<JsonValue | undefined> {
    try {
      const answer = await this.#d.federation.request({
        destination,
        method: 'POST',
        path,
        content,
        timeoutMs: Math.min(Math.max(wantedMs, 1), MAX_TIMEOUT_MS),
        isHurried: wantedMs < USUAL_TIMEOUT_MS,
        maxResponseBytes: MAX_RESPONSE_BYTES,
      });
      return answer.status === 200 ? answer.content : undefined;
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      return undefined;
    }
  }
}
