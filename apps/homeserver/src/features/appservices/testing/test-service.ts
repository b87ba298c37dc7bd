import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stringify } from 'yaml';
import { readRegistration } from '../read-registration.ts';
import type { AppserviceRegistration } from '../registration.ts';

/** A request of the server, as a service got it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Transaction;
}

export interface ReceivedEvent {
  readonly event_id: string;
  readonly type: string;
  readonly room_id: string;
  readonly sender: string;
  readonly content: Record<string, unknown>;
  readonly state_key?: string;
}

export interface Transaction {
  readonly events?: readonly ReceivedEvent[];
  readonly ephemeral?: readonly {
    readonly type: string;
    readonly room_id: string;
    readonly sender?: string;
    readonly content: object;
  }[];
  readonly to_device?: readonly Record<string, unknown>[];
  readonly transaction_id?: string;
  readonly 'org.matrix.msc3202.device_lists'?: {
    readonly changed: readonly string[];
    readonly left: readonly string[];
  };
  readonly 'org.matrix.msc3202.device_one_time_keys_count'?: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>
  >;
}

type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  | undefined;

async function readBody(request: IncomingMessage): Promise<Transaction> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString();
  return (text === '' ? {} : JSON.parse(text)) as Transaction;
}

/** A registration as a file would give it; `changes` are members of the file. */
export function registrationOf(id: string, url: string | null, changes: object = {}): AppserviceRegistration {
  const file = {
    id,
    url,
    as_token: `${id}-as-token`,
    hs_token: `${id}-hs-token`,
    sender_localpart: `_${id}_bot`,
    rate_limited: false,
    namespaces: {
      users: [{ regex: `@_${id}_.*`, exclusive: true }],
      aliases: [{ regex: `#_${id}_.*`, exclusive: true }],
      rooms: [],
    },
    ...changes,
  };
  const { registration, problems } = readRegistration(stringify(file), `${id}.yaml`);
  if (registration === undefined) throw new Error(problems.join('\n'));
  return registration;
}

/** An application service over HTTP that a test makes answer as it likes; it can go away and come back at its address. */
export class TestService {
  readonly received: Received[] = [];
  /** What it answers; 200 with an empty object when undefined. */
  answer: (request: Received) => Answer | Promise<Answer> = () => undefined;
  #server: Server;
  #port = 0;

  constructor() {
    this.#server = this.#create();
  }

  async start(): Promise<string> {
    this.#server = this.#create();
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    // Listening on TCP, so that the address is an object.
    this.#port = (this.#server.address() as AddressInfo).port;
    return `http://127.0.0.1:${this.#port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  get transactions(): readonly Received[] {
    return this.received.filter(({ path }) => path.startsWith('/_matrix/app/v1/transactions/'));
  }

  /** The events that it took, in order; a transaction that is repeated counts once. */
  get events(): readonly ReceivedEvent[] {
    const byId = new Map(this.transactions.map(({ path, body }) => [path, body.events ?? []]));
    return [...byId.values()].flat();
  }

  #create(): Server {
    return createServer((request, response) => {
      this.#reply(request).then(
        ({ status, headers, body = {} }) =>
          response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body)),
        (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
      );
    });
  }

  async #reply(request: IncomingMessage): Promise<NonNullable<Answer>> {
    const received = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      body: await readBody(request),
    };
    this.received.push(received);
    return (await this.answer(received)) ?? { status: 200 };
  }
}
