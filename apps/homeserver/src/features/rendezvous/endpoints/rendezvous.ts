import type { IncomingMessage } from 'node:http';
import { type clientServer, invalidParam, missingParam, tooLarge, unrecognized } from '@stafette/contracts';
import { type Handler, PreparedResponse } from '../../../http/handler.ts';
import type { Note, RendezvousSessions } from '../rendezvous-sessions.ts';

export interface RendezvousDependencies {
  readonly sessions: RendezvousSessions;
  /** Where clients reach the server; without it nobody can be told where the session is. */
  readonly publicUrl: string | undefined;
}

const PATH = '/_matrix/client/unstable/org.matrix.msc4108/rendezvous';
const MAX_BYTES = 4 * 1024;

async function readNote(request: IncomingMessage): Promise<Buffer> {
  if (request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() !== 'text/plain')
    throw invalidParam('A note is text/plain');
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= MAX_BYTES) chunks.push(chunk);
  }
  if (sizeBytes > MAX_BYTES) throw tooLarge(`A note has at most ${MAX_BYTES} bytes`);
  return Buffer.concat(chunks);
}

const headersOf = ({ etag, changedAtMs, expiresAtMs }: Note): Readonly<Record<string, string>> => ({
  etag,
  'last-modified': new Date(changedAtMs).toUTCString(),
  expires: new Date(expiresAtMs).toUTCString(),
  'cache-control': 'no-store, no-transform',
  'x-content-type-options': 'nosniff',
  // Beside ETag: when it ends.
  'access-control-expose-headers': 'ETag, Expires, Last-Modified, Retry-After',
});

export const createRendezvousSession =
  ({ sessions, publicUrl }: RendezvousDependencies): Handler<typeof clientServer.createRendezvousSession> =>
  async ({ raw }) => {
    if (publicUrl === undefined) throw unrecognized();
    const { id, note } = sessions.open(await readNote(raw));
    return new PreparedResponse(JSON.stringify({ url: `${publicUrl}${PATH}/${id}` }), {
      status: 201,
      headers: { ...headersOf(note), 'content-type': 'application/json' },
    });
  };

export const getRendezvousSession =
  ({ sessions }: RendezvousDependencies): Handler<typeof clientServer.getRendezvousSession> =>
  async ({ params, raw }) => {
    const note = sessions.read(params.id);
    if (raw.headers['if-none-match'] === note.etag)
      return new PreparedResponse('', { status: 304, headers: headersOf(note) });
    return new PreparedResponse(note.text, { headers: { ...headersOf(note), 'content-type': 'text/plain' } });
  };

export const updateRendezvousSession =
  ({ sessions }: RendezvousDependencies): Handler<typeof clientServer.updateRendezvousSession> =>
  async ({ params, raw }) => {
    const etag = raw.headers['if-match'];
    if (etag === undefined) throw missingParam('If-Match has to name the note that is replaced');
    const note = sessions.replace(params.id, await readNote(raw), etag);
    return new PreparedResponse('', { status: 202, headers: headersOf(note) });
  };

export const deleteRendezvousSession =
  ({ sessions }: RendezvousDependencies): Handler<typeof clientServer.deleteRendezvousSession> =>
  async ({ params }) => {
    sessions.close(params.id);
    return new PreparedResponse('', { status: 204, headers: {} });
  };
