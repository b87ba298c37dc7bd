import { notFound } from '@stafette/contracts';
import type { JsonObject, JsonValue } from '@stafette/protocol';
import type { Log } from '../../platform/log.ts';
import { OutboundError } from '../../platform/outbound/index.ts';
import type { Appservice } from './appservice.ts';
import { isSuccess, jsonOf, type ServiceClient } from './service-client.ts';

const TIMEOUT_MS = 10_000;
/** Results that are passed on in one answer. */
const MAX_RESULTS = 1_000;

interface Dependencies {
  readonly client: ServiceClient;
  readonly log: Log;
  readonly services: readonly Appservice[];
}

/** Of whom or of what is asked, and by what each result is known. */
export type Subject = 'user' | 'location';
const NAME_OF: Readonly<Record<Subject, string>> = { user: 'userid', location: 'alias' };

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: JsonValue | undefined): boolean =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

/** What names a network of a service on this server; clients show it when they look for the network's rooms. */
export const instanceIdOf = (serviceId: string, networkId: string): string => `${serviceId}|${networkId}`;

function present(results: JsonObject[]): JsonObject[] {
  if (results.length === 0) throw notFound('There is nothing like this');
  return results;
}

interface Metadata {
  readonly fields: JsonObject;
  readonly instances: readonly JsonObject[];
}

function readMetadata(service: Appservice, value: JsonValue | undefined): Metadata | undefined {
  if (!isObject(value) || !Array.isArray(value['instances'])) return undefined;
  const { user_fields, location_fields, icon, field_types } = value;
  if (!isTexts(user_fields) || !isTexts(location_fields) || typeof icon !== 'string' || !isObject(field_types))
    return undefined;
  const instances = value['instances'].filter(isObject).flatMap((instance) => {
    const networkId = instance['network_id'];
    if (typeof networkId !== 'string' || typeof instance['desc'] !== 'string' || !isObject(instance['fields']))
      return [];
    return [{ ...instance, instance_id: instanceIdOf(service.id, networkId) }];
  });
  return { fields: { ...value }, instances };
}

/** Networks behind application services, and who and what is there. https://spec.matrix.org/v1.19/application-service-api/#third-party-networks */
export class ThirdParty {
  readonly #d: Dependencies;
  readonly #protocols: ReadonlySet<string>;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    this.#protocols = new Set(dependencies.services.flatMap(({ registration }) => registration.protocols));
  }

  async listProtocols(): Promise<JsonObject> {
    const found = await Promise.all(
      [...this.#protocols].map(async (protocol) => [protocol, await this.#findProtocol(protocol)] as const),
    );
    return Object.fromEntries(found.flatMap(([name, metadata]) => (metadata === undefined ? [] : [[name, metadata]])));
  }

  async getProtocol(protocol: string): Promise<JsonObject> {
    const metadata = await this.#findProtocol(protocol);
    if (metadata === undefined) throw notFound('This network is not known here');
    return metadata;
  }

  /** `fields` are the network's own words for what is looked for. */
  async search(subject: Subject, protocol: string, fields: URLSearchParams): Promise<JsonObject[]> {
    if (!this.#protocols.has(protocol)) throw notFound('This network is not known here');
    const path = `/thirdparty/${subject}/${encodeURIComponent(protocol)}?${fields.toString()}`;
    return present(await this.#gather(this.#servicesOf(protocol), subject, path));
  }

  /** What a user or an alias of this server stands for. */
  async reverse(subject: Subject, id: string): Promise<JsonObject[]> {
    const query = new URLSearchParams({ [NAME_OF[subject]]: id });
    const services = this.#d.services.filter(({ registration }) => registration.protocols.length > 0);
    return present(await this.#gather(services, subject, `/thirdparty/${subject}?${query.toString()}`));
  }

  /** The same network may be behind several services: its instances stand side by side. */
  async #findProtocol(protocol: string): Promise<JsonObject | undefined> {
    const path = `/thirdparty/protocol/${encodeURIComponent(protocol)}`;
    const answers = await Promise.all(
      this.#servicesOf(protocol).map(async (service) => readMetadata(service, await this.#ask(service, path))),
    );
    const [first, ...others] = answers.filter((answer) => answer !== undefined);
    if (first === undefined) return undefined;
    return { ...first.fields, instances: [first, ...others].flatMap(({ instances }) => instances) };
  }

  async #gather(services: readonly Appservice[], subject: Subject, path: string): Promise<JsonObject[]> {
    const answers = await Promise.all(services.map(async (service) => this.#ask(service, path)));
    return answers
      .flatMap((answer) => (Array.isArray(answer) ? answer.filter(isObject) : []))
      .filter(
        (result) =>
          typeof result[NAME_OF[subject]] === 'string' &&
          typeof result['protocol'] === 'string' &&
          isObject(result['fields']),
      )
      .slice(0, MAX_RESULTS);
  }

  #servicesOf(protocol: string): readonly Appservice[] {
    return this.#d.services.filter(({ registration }) => registration.protocols.includes(protocol));
  }

  /** Undefined when the service has no answer. */
  async #ask(service: Appservice, path: string): Promise<JsonValue | undefined> {
    if (service.registration.url === undefined) return undefined;
    try {
      const response = await this.#d.client.request(service, { method: 'GET', path, timeoutMs: TIMEOUT_MS });
      return isSuccess(response) ? jsonOf(response) : undefined;
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      this.#d.log.warn({ service: service.id, problem: error.kind }, 'an application service was asked in vain');
      return undefined;
    }
  }
}
