import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TestCertificate } from './test-authority.ts';

export interface PeerRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Another server of the federation: HTTPS on loopback, which keeps what it is asked. */
export class TestPeer {
  readonly #server: Server;
  readonly received: PeerRequest[] = [];
  /** How it answers; at first it knows nothing. */
  answer: (request: PeerRequest, response: ServerResponse) => void = (_request, response) =>
    response.writeHead(404).end('{"errcode":"M_UNRECOGNIZED","error":"unknown"}');
  connections = 0;

  private constructor(certificate: TestCertificate) {
    this.#server = createServer({ ...certificate }, (request, response) => {
      buffer(request).then(
        (body) => {
          const { method = '', url: path = '', headers } = request;
          const received = { method, path, headers, body };
          this.received.push(received);
          this.answer(received, response);
        },
        // The one who asked broke off.
        () => undefined,
      );
    });
    this.#server.on('connection', () => (this.connections += 1));
  }

  /** Port 0 lets the system choose. */
  static async open(certificate: TestCertificate, port = 0): Promise<TestPeer> {
    const peer = new TestPeer(certificate);
    await new Promise<void>((resolve) => peer.#server.listen(port, '127.0.0.1', resolve));
    return peer;
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
