import { PreparedResponse } from '../../http/handler.ts';
import { readRange } from './byte-range.ts';
import type { Download } from './service.ts';

/** Types that a browser may show itself; everything else is saved. https://spec.matrix.org/v1.19/client-server-api/#serving-inline-content */
const INLINE_TYPES: ReadonlySet<string> = new Set([
  'text/css',
  'text/plain',
  'text/csv',
  'application/json',
  'application/ld+json',
  'image/jpeg',
  'image/gif',
  'image/png',
  'image/apng',
  'image/webp',
  'image/avif',
  'video/mp4',
  'video/webm',
  'video/ogg',
  'video/quicktime',
  'audio/mp4',
  'audio/webm',
  'audio/aac',
  'audio/mpeg',
  'audio/ogg',
  'audio/wave',
  'audio/wav',
  'audio/x-wav',
  'audio/x-pn-wav',
  'audio/flac',
  'audio/x-flac',
]);

/** RFC 6266: a quoted ASCII name for old readers, the full name encoded. */
function disposition(kind: 'inline' | 'attachment', fileName: string | undefined): string {
  if (fileName === undefined) return kind;
  const ascii = fileName.replaceAll(/[^\x20-\x7e]|["\\]/g, '_');
  const encoded = encodeURIComponent(fileName.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return ascii === fileName
    ? `${kind}; filename="${ascii}"`
    : `${kind}; filename="${ascii}"; filename*=utf-8''${encoded}`;
}

const isHeaderText = (text: string): boolean => /^[\x20-\x7e]+$/.test(text);

/** A file, or the asked part of it, as an answer that no browser runs as a page of ours, whatever its uploader put into it. */
export function fileResponse(
  download: Download,
  {
    fileName = download.fileName,
    range: rangeHeader,
  }: { readonly fileName?: string; readonly range?: string | undefined } = {},
): PreparedResponse {
  const { sizeBytes } = download;
  const type = download.contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const headers = {
    'content-type': isHeaderText(download.contentType) ? download.contentType : 'application/octet-stream',
    'content-disposition': disposition(INLINE_TYPES.has(type) ? 'inline' : 'attachment', fileName),
    'content-security-policy':
      "sandbox; default-src 'none'; script-src 'none'; plugin-types application/pdf; style-src 'unsafe-inline'; object-src 'self';",
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
  };
  const range = readRange(rangeHeader, sizeBytes);
  if (range === 'unsatisfiable')
    return new PreparedResponse('', { status: 416, headers: { ...headers, 'content-range': `bytes */${sizeBytes}` } });
  const lasting = { ...headers, 'cache-control': 'private, max-age=31536000, immutable' };
  if (range === undefined)
    return new PreparedResponse(download.open(), { headers: { ...lasting, 'content-length': String(sizeBytes) } });
  const { start, end } = range;
  return new PreparedResponse(download.open(range), {
    status: 206,
    headers: {
      ...lasting,
      'content-length': String(end - start + 1),
      'content-range': `bytes ${start}-${end}/${sizeBytes}`,
    },
  });
}
