import { serverNameOf, type RoomAlias, type ServerName, type UserId } from '@stafette/protocol';
import type { Log } from '../../platform/log.ts';
import { OutboundError } from '../../platform/outbound/index.ts';
import type { Appservice } from './appservice.ts';
import { isSuccess, type ServiceClient } from './service-client.ts';

/** Somebody waits for the answer, and the service makes what was asked for in this time. */
const TIMEOUT_MS = 20_000;

interface Dependencies {
  readonly client: ServiceClient;
  readonly log: Log;
  readonly serverName: ServerName;
  readonly services: readonly Appservice[];
}

/**
 * Asks services for users and rooms that are in their namespaces and do not exist yet: a service that says yes has made
 * them. https://spec.matrix.org/v1.19/application-service-api/#querying
 */
export class Queries {
  readonly #d: Dependencies;
  /** Questions under way, so that a hundred people who ask the same are one question. */
  readonly #asking = new Map<string, Promise<boolean>>();

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  readonly askForUser = async (userId: UserId): Promise<boolean> =>
    this.#ask(userId, `/users/${encodeURIComponent(userId)}`, (service) => service.ownsUser(userId));

  readonly askForRoom = async (alias: RoomAlias): Promise<boolean> =>
    this.#ask(alias, `/rooms/${encodeURIComponent(alias)}`, (service) => service.ownsAlias(alias));

  async #ask(id: UserId | RoomAlias, path: string, owns: (service: Appservice) => boolean): Promise<boolean> {
    if (serverNameOf(id) !== this.#d.serverName) return false;
    const owners = this.#d.services.filter((service) => service.registration.url !== undefined && owns(service));
    if (owners.length === 0) return false;
    const known = this.#asking.get(id);
    if (known !== undefined) return known;
    const asked = this.#askInTurn(owners, path).finally(() => this.#asking.delete(id));
    this.#asking.set(id, asked);
    return asked;
  }

  async #askInTurn(services: readonly Appservice[], path: string): Promise<boolean> {
    for (const service of services) {
      try {
        if (isSuccess(await this.#d.client.request(service, { method: 'GET', path, timeoutMs: TIMEOUT_MS })))
          return true;
      } catch (error) {
        if (!(error instanceof OutboundError)) throw error;
        this.#d.log.warn({ service: service.id, problem: error.kind }, 'an application service was asked in vain');
      }
    }
    return false;
  }
}
