import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Something real that listens on loopback and keeps what it gets: a push gateway or a push service. */
export class Receiver {
  readonly #server: Server;
  readonly received: Received[] = [];
  /** How it answers; a gateway that takes everything at first. */
  answer: (response: ServerResponse, request: Received) => void = (response) => response.end('{"rejected":[]}');
  connections = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      buffer(request).then(
        (body) => {
          const received = { path: request.url ?? '', headers: request.headers, body };
          this.received.push(received);
          this.answer(response, received);
        },
        // The sender broke off.
        () => undefined,
      );
    });
    this.#server.on('connection', () => (this.connections += 1));
  }

  static async open(port = 0, host = '127.0.0.1'): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.#server.listen(port, host, resolve));
    return receiver;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    // Listening on TCP, so that the address is an object.
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
