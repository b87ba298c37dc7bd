import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** A place to listen at. Host `localhost` means both loopback addresses; port 0 lets the system choose. */
export interface ListenAt {
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string } | undefined;
}

const SERVER_OPTIONS: ServerOptions = {
  // Long polls are answered within half a minute; a proxy in front usually keeps its connections for 60 s.
  keepAliveTimeout: 75_000,
  // A client that dribbles its headers is dropped; a slow upload of a large file is not.
  headersTimeout: 20_000,
  requestTimeout: 900_000,
  maxHeaderSize: 16 * 1024,
};

const CLIENT_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What was not even HTTP gets an answer in the form that Matrix clients read, and the connection ends. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ errcode: 'M_UNKNOWN', error: 'The request could not be understood' });
  const status = CLIENT_ERRORS[error.code ?? ''] ?? '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const answerNotReady: RequestHandler = (_request, response) => {
  response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' });
  response.end(JSON.stringify({ errcode: 'M_UNKNOWN', error: 'The server is starting' }));
};

/**
 * The sockets of the server, apart from the application that answers on them: the application can be exchanged while
 * connections stay open, as happens when the set-up is complete.
 */
export class Listener {
  readonly #servers: Server[] = [];
  readonly #inFlight = new Set<ServerResponse>();
  #handler: RequestHandler = answerNotReady;

  /** From the next request on, `handler` answers. */
  use(handler: RequestHandler): void {
    this.#handler = handler;
  }

  /** Requests that are being answered, long polls included. */
  get inFlightCount(): number {
    return this.#inFlight.size;
  }

  /** Opens one place and returns the port. Throws when the port is taken. */
  async listen(at: ListenAt): Promise<number> {
    if (at.host !== 'localhost') return this.#open(at);
    const port = await this.#open({ ...at, host: '127.0.0.1' });
    // Machines without IPv6 have only the other loopback address.
    await this.#open({ ...at, host: '::1', port }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT') throw error;
    });
    return port;
  }

  /**
   * Accepts nothing new, lets requests in progress finish for `graceMs` (who waits for news should have been woken
   * before), then cuts what is left.
   */
  async close(graceMs: number): Promise<void> {
    const closed = Promise.all(this.#servers.map(async (server) => new Promise((resolve) => server.close(resolve))));
    for (const server of this.#servers) server.closeIdleConnections();
    // Connections kept alive would be idle only after this answer; say that it is the last one.
    for (const response of this.#inFlight) if (!response.headersSent) response.setHeader('connection', 'close');
    const timer = setTimeout(() => {
      for (const server of this.#servers) server.closeAllConnections();
    }, graceMs);
    await closed;
    clearTimeout(timer);
  }

  async #open({ host, port, tls }: ListenAt): Promise<number> {
    const onRequest: RequestHandler = (request, response) => {
      this.#inFlight.add(response);
      response.once('close', () => this.#inFlight.delete(response));
      this.#handler(request, response);
    };
    const server: Server = tls
      ? createTlsServer(
          { ...SERVER_OPTIONS, cert: readFileSync(tls.certificateFile), key: readFileSync(tls.keyFile) },
          onRequest,
        )
      : createServer(SERVER_OPTIONS, onRequest);
    server.on('clientError', answerClientError);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      // A long queue: after a restart all clients come back at once.
      server.listen({ host, port, backlog: 4096 }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    this.#servers.push(server);
    // A TCP server's address is an object.
    return (server.address() as AddressInfo).port;
  }
}
