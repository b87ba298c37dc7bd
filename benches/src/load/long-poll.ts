import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

/**
 * One waiting `/sync` on a bare socket: ten thousand of them must cost the load generator little. Resolves `answered` at
 * the first byte of the answer's body that completes it.
 */
export interface LongPoll {
  readonly sent: Promise<void>;
  /** When the whole answer had arrived (performance.now, ms), and its body. */
  readonly answered: Promise<{ readonly atMs: number; readonly body: string }>;
  close(): void;
}

export function openLongPoll(
  target: { readonly host: string; readonly port: number },
  path: string,
  authorization: string,
): LongPoll {
  const socket: Socket = connect(target);
  const sent = new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${target.host}\r\nauthorization: ${authorization}\r\n\r\n`, () =>
        resolve(),
      );
    });
  });
  const answered = new Promise<{ atMs: number; body: string }>((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
      const headEnd = text.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = /content-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1];
      const body = text.slice(headEnd + 4);
      if (length === undefined ? body.endsWith('0\r\n\r\n') : Buffer.byteLength(body) >= Number(length)) {
        resolve({ atMs: performance.now(), body });
      }
    });
    socket.once('close', () => reject(new Error('the server closed the connection before it answered')));
  });
  // Closed by the bench at its end; nobody waits any more then.
  answered.catch(() => undefined);
  return { sent, answered, close: () => socket.destroy() };
}
