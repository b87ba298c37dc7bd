import { createHash } from 'node:crypto';
import { OAuthError } from '@stafette/contracts';
import { parseJson } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ClientMetadata, GrantType } from './client-metadata.ts';
import * as store from './store.ts';

export interface Client extends ClientMetadata {
  readonly clientId: string;
}

/** A registration that nobody logged in with is forgotten after a day: clients register anew for each log-in. */
const UNUSED_MS = 24 * 60 * 60 * 1000;
/** Of those, so many stay: as anybody may register, somebody could fill the disk. The oldest go. */
const MAX_UNUSED = 10_000;

/** Applications that registered. Anybody may, so that being registered says nothing about an application. */
export class Clients {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #maxUnused: number;

  constructor(dependencies: { readonly database: Database; readonly clock: Clock }, maxUnused = MAX_UNUSED) {
    this.#database = dependencies.database;
    this.#clock = dependencies.clock;
    this.#maxUnused = maxUnused;
  }

  /** The same metadata has the same id. Forgets on the way what nobody uses. */
  async register(metadata: ClientMetadata): Promise<Client> {
    const text = JSON.stringify(metadata);
    const clientId = createHash('sha256').update(text).digest('base64url');
    const nowMs = this.#clock.nowMs();
    await this.#database.write(async (tx) => {
      await store.upsertClient(tx, clientId, text, nowMs);
      await store.removeUnusedClients(tx, nowMs - UNUSED_MS, this.#maxUnused);
    });
    return { ...metadata, clientId };
  }

  async find(clientId: string): Promise<Client | undefined> {
    const text = await store.findClientMetadata(this.#database.reader, clientId);
    return text === undefined ? undefined : { ...readStored(text), clientId };
  }

  /** As {@link find}, for a client that wants tokens by `grantType`; throws what RFC 6749 section 5.2 says. */
  async get(clientId: string | undefined, grantType: GrantType): Promise<Client> {
    const client = clientId === undefined ? undefined : await this.find(clientId);
    if (client === undefined) throw new OAuthError('invalid_client', 'This client is not registered', 401);
    if (!client.grant_types.includes(grantType))
      throw new OAuthError('unauthorized_client', 'The client did not register for this grant');
    return client;
  }
}

/** What the store holds was checked when the client registered. */
export function readStored(text: string): ClientMetadata {
  const result = parseJson(Buffer.from(text), { mode: 'request' });
  if (!result.ok) throw new Error('stored client metadata is damaged');
  return result.value as unknown as ClientMetadata;
}

/** What the client is called, and by whom: a name alone anybody could have. */
export const nameOf = ({ client_name: name, client_uri: uri }: ClientMetadata): string => name ?? new URL(uri).hostname;
