/** Holds sockets open and, when told how many there must be, writes the same answer to all of them. */
import { createServer, type Socket } from 'node:net';

const [, , port, answerBytes] = process.argv;
const body = 'x'.repeat(Number(answerBytes));
const answer = Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
const waiting = new Set<Socket>();
/** Sockets written to before the event loop gets its turn. */
const SLICE = 200;

/** Writes to those who have not got it; somebody may be about to connect. */
function answerAll(count: number): void {
  let written = 0;
  for (const socket of waiting) {
    if (written === SLICE) break;
    socket.write(answer);
    waiting.delete(socket);
    written += 1;
  }
  if (written < count) setImmediate(answerAll, count - written);
}

process.on('message', answerAll);
createServer((socket) => {
  socket.on('error', () => waiting.delete(socket));
  socket.once('data', () => waiting.add(socket));
}).listen(Number(port), '127.0.0.1', () => process.send?.('ready'));
