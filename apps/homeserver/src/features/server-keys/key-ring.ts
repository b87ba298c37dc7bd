import type { ProtocolCrypto, ServerName } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { OutboundError } from '../../platform/outbound/index.ts';
import { Turns } from '../../platform/turns.ts';
import type { FederationClient } from '../federation-client/index.ts';
import { readServerKeys, type RemoteKey } from './read-server-keys.ts';
import { listRemoteKeys, upsertRemoteKeys } from './store.ts';

const TIMEOUT_MS = 10_000;
const MAX_RESPONSE_BYTES = 64 * 1024;
/** A server is asked at most so often, whatever it answered: nobody makes this one ask by naming keys that do not exist. */
const ASK_AGAIN_MS = 60_000;
/** Servers whose keys are in memory; beyond, those that came first are read from the database again. */
const MAX_SERVERS = 10_000;

interface Dependencies {
  readonly database: Database;
  readonly federation: Pick<FederationClient, 'request'>;
  readonly crypto: ProtocolCrypto;
  readonly clock: Clock;
  readonly log: Log;
}

interface Known {
  readonly keys: ReadonlyMap<string, RemoteKey>;
  readonly askAgainAtMs: number;
}

/** The keys of other servers, for their requests as for their events: asked for once, checked and kept. */
export class KeyRing {
  readonly #d: Dependencies;
  readonly #known = new Map<ServerName, Known>();
  readonly #turns = new Turns();

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /**
   * The server's key of this name, when what it signed at `atMs` may be believed: now for a request, the event's time for
   * an event. Undefined when there is none; the server is asked first, by one for all who wait.
   */
  async findVerifyKey(server: ServerName, keyId: string, atMs: number): Promise<Uint8Array | undefined> {
    const goodIn = (known: Known | undefined): Uint8Array | undefined => {
      const key = known?.keys.get(keyId);
      return key !== undefined && key.validUntilMs >= atMs ? key.publicKey : undefined;
    };
    const held = goodIn(this.#known.get(server));
    if (held !== undefined) return held;
    // Whoever comes second finds what the first one brought.
    return this.#turns.take(server, async () => {
      const known = this.#known.get(server) ?? (await this.#load(server));
      const isDue = this.#d.clock.nowMs() >= known.askAgainAtMs;
      return goodIn(goodIn(known) === undefined && isDue ? await this.#ask(server, known) : known);
    });
  }

  async #load(server: ServerName): Promise<Known> {
    const rows = await listRemoteKeys(this.#d.database.reader, server);
    return this.#remember(server, rows, 0);
  }

  async #ask(server: ServerName, { keys: before }: Known): Promise<Known> {
    const keys = await this.#fetch(server);
    const nowMs = this.#d.clock.nowMs();
    if (keys === undefined) return this.#remember(server, [...before.values()], nowMs + ASK_AGAIN_MS);
    const named = new Set(keys.map(({ keyId }) => keyId));
    // A key that the server names no more is used no more.
    const dropped = [...before.values()]
      .filter(({ keyId }) => !named.has(keyId))
      .map((key) => ({ ...key, validUntilMs: Math.min(key.validUntilMs, nowMs) }));
    const all = [...keys, ...dropped];
    await this.#d.database.execute(upsertRemoteKeys(server, all));
    return this.#remember(server, all, nowMs + ASK_AGAIN_MS);
  }

  async #fetch(server: ServerName): Promise<readonly RemoteKey[] | undefined> {
    const { federation, crypto, clock, log } = this.#d;
    try {
      const { status, content } = await federation.request({
        destination: server,
        method: 'GET',
        path: '/_matrix/key/v2/server',
        timeoutMs: TIMEOUT_MS,
        maxResponseBytes: MAX_RESPONSE_BYTES,
      });
      const keys = status === 200 ? readServerKeys(content, server, clock.nowMs(), crypto) : undefined;
      if (keys === undefined) log.warn({ server, status }, 'a server did not say what it signs with');
      return keys;
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      log.warn({ server, kind: error.kind }, 'a server could not be asked what it signs with');
      return undefined;
    }
  }

  #remember(server: ServerName, keys: readonly RemoteKey[], askAgainAtMs: number): Known {
    const known = { keys: new Map(keys.map((key) => [key.keyId, key])), askAgainAtMs };
    this.#known.delete(server);
    this.#known.set(server, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_SERVERS && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }
}
