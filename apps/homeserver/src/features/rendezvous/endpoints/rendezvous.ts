import type { IncomingMessage } from 'node:http';
import { type clientServer, invalidParam, MatrixError, missingParam, unrecognized } from '@stafette/contracts';
import { type Handler, PreparedResponse } from '../../../http/handler.ts';
import { MAX_NOTE_BYTES, type Note, type RendezvousSessions } from '../rendezvous-sessions.ts';

export interface RendezvousDependencies {
  readonly notes: RendezvousSessions;
  /** Where clients reach the server; without it nobody can be told where the session is. */
  readonly publicUrl: string | undefined;
}

const PATH = '/_matrix/client/unstable/org.matrix.msc4108/rendezvous';

async function readNote(request: IncomingMessage): Promise<Buffer> {
  if (request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() !== 'text/plain')
    throw invalidParam('A note is text/plain');
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // What is beyond the limit is drained, not kept.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (sizeBytes <= MAX_NOTE_BYTES) chunks.push(chunk);
    sizeBytes += chunk.length;
  }
  return Buffer.concat(chunks);
}

const etagOf = ({ tag }: Note): string => `"${tag}"`;

const headersOf = (note: Note): Readonly<Record<string, string>> => ({
  etag: etagOf(note),
  'last-modified': new Date(note.changedAtMs).toUTCString(),
  expires: new Date(note.expiresAtMs).toUTCString(),
  'cache-control': 'no-store, no-transform',
  'x-content-type-options': 'nosniff',
  // Beside ETag: when it ends.
  'access-control-expose-headers': 'ETag, Expires, Last-Modified, Retry-After',
});

export const createRendezvousSession =
  ({ notes, publicUrl }: RendezvousDependencies): Handler<typeof clientServer.createRendezvousSession> =>
  async ({ raw, ip }) => {
    if (publicUrl === undefined) throw unrecognized();
    const { id, note } = notes.open(await readNote(raw), ip);
    return new PreparedResponse(JSON.stringify({ url: `${publicUrl}${PATH}/${id}` }), {
      status: 201,
      headers: { ...headersOf(note), 'content-type': 'application/json' },
    });
  };

export const getRendezvousSession =
  ({ notes }: RendezvousDependencies): Handler<typeof clientServer.getRendezvousSession> =>
  async ({ params, raw }) => {
    const note = notes.read(params.id);
    if (raw.headers['if-none-match'] === etagOf(note))
      return new PreparedResponse('', { status: 304, headers: headersOf(note) });
    return new PreparedResponse(note.text, { headers: { ...headersOf(note), 'content-type': 'text/plain' } });
  };

export const updateRendezvousSession =
  ({ notes }: RendezvousDependencies): Handler<typeof clientServer.updateRendezvousSession> =>
  async ({ params, raw }) => {
    const etag = raw.headers['if-match'];
    if (etag === undefined) throw missingParam('If-Match has to name the note that is replaced');
    const note = notes.replace(params.id, await readNote(raw), etag.replaceAll('"', ''));
    if (note === undefined)
      throw new MatrixError(412, 'M_CONCURRENT_WRITE', 'Somebody else has written meanwhile', {
        'org.matrix.msc4108.errcode': 'M_CONCURRENT_WRITE',
      });
    return new PreparedResponse('', { status: 202, headers: headersOf(note) });
  };

export const deleteRendezvousSession =
  ({ notes }: RendezvousDependencies): Handler<typeof clientServer.deleteRendezvousSession> =>
  async ({ params }) => {
    notes.close(params.id);
    return new PreparedResponse('', { status: 204, headers: {} });
  };
