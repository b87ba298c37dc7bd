import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { AddressInfo } from 'node:net';

export interface ReceivedMail {
  /** What stood between the brackets of each `RCPT TO`, as it came over the wire. */
  readonly recipients: readonly string[];
  readonly sender: string;
  /** Headers and body, as sent. */
  readonly content: string;
}

export interface MailSink {
  readonly host: string;
  readonly port: number;
  readonly received: readonly ReceivedMail[];
  /** Connections that were opened, whatever came of them. */
  connectionCount(): number;
  /** The next mail that was not handed out yet. */
  next(): Promise<ReceivedMail>;
  close(): Promise<void>;
}

const END_OF_CONTENT = '\r\n.\r\n';
const pathOf = (line: string): string => line.slice(line.indexOf('<') + 1, line.lastIndexOf('>'));

/** Speaks just enough SMTP to take mails in. */
function converse(socket: Socket, deliver: (mail: ReceivedMail) => void): void {
  let pending = '';
  let isContent = false;
  let sender = '';
  let recipients: string[] = [];
  const answer = (text: string): void => void socket.write(`${text}\r\n`);
  const obey = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'RCPT') recipients.push(pathOf(line));
    if (verb === 'MAIL') {
      sender = pathOf(line);
      recipients = [];
    }
    isContent = verb === 'DATA';
    if (verb === 'DATA') answer('354 go on');
    else if (verb === 'QUIT') socket.end('221 bye\r\n');
    else if (verb === 'STAR') answer('502 no encryption here');
    else answer('250 ok');
  };
  const read = (): void => {
    for (;;) {
      const end = pending.indexOf(isContent ? END_OF_CONTENT : '\r\n');
      if (end < 0) return;
      const text = pending.slice(0, end);
      pending = pending.slice(end + (isContent ? END_OF_CONTENT.length : 2));
      if (isContent) {
        isContent = false;
        deliver({ sender, recipients, content: text });
        answer('250 taken');
      } else obey(text);
    }
  };
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    pending += chunk;
    read();
  });
  answer('220 sink');
}

/** A mail relay on a port of its own that keeps what it gets; with `tls`, encrypted from the start. */
export async function startMailSink(tls?: TlsOptions): Promise<MailSink> {
  const received: ReceivedMail[] = [];
  const waiting: ((mail: ReceivedMail) => void)[] = [];
  const sockets = new Set<Socket>();
  let connectionCount = 0;
  let handedOut = 0;
  const deliver = (mail: ReceivedMail): void => {
    received.push(mail);
    const resolve = waiting.shift();
    if (resolve === undefined) return;
    handedOut += 1;
    resolve(mail);
  };
  const greet = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    converse(socket, deliver);
  };
  const server: Server = tls === undefined ? createServer(greet) : createTlsServer(tls, greet);
  server.on('connection', () => (connectionCount += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Listening on TCP, so that the address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    host: '127.0.0.1',
    port,
    received,
    connectionCount: () => connectionCount,
    async next() {
      const mail = received[handedOut];
      if (mail === undefined) return new Promise((resolve) => waiting.push(resolve));
      handedOut += 1;
      return mail;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
