import { OutboundError, type Outbound, type OutboundResponse } from '../../platform/outbound/index.ts';
import { mayPreview, type UrlFilter } from './url-filter.ts';

const MAX_BYTES = 1024 * 1024;
const TIMEOUT_MS = 5_000;
const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_URL_CHARS = 2048;

export interface FetchedPage {
  readonly url: URL;
  /** In lower case, without parameters. */
  readonly mediaType: string;
  readonly contentType: string;
  readonly body: Buffer;
}

/** An address on the web that can be looked at without telling it who asks; undefined for everything else. */
export function parsePageUrl(text: string, base?: URL): URL | undefined {
  const url = text.length > MAX_URL_CHARS ? null : URL.parse(text, base?.href);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  url.hash = '';
  return url;
}

const headerOf = ({ headers }: OutboundResponse, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
};

/** Gets a page or picture; each address that it leads over is held to the filter. Undefined when there is nothing to get. */
export async function fetchPage(
  outbound: Outbound,
  filter: UrlFilter,
  first: URL,
  accept: string,
): Promise<FetchedPage | undefined> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  let url: URL | undefined = first;
  for (let hops = 0; url !== undefined && hops <= MAX_REDIRECTS && mayPreview(filter, url); hops += 1) {
    const asked: URL = url;
    const response = await ask(outbound, asked, accept, signal);
    if (response === undefined) return undefined;
    if (response.status === 200) {
      const contentType = headerOf(response, 'content-type');
      const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
      // None was asked for: what comes packed all the same is not unpacked.
      const isPlain = ['', 'identity'].includes(headerOf(response, 'content-encoding'));
      return isPlain ? { url: asked, mediaType, contentType, body: response.body } : undefined;
    }
    url = REDIRECTS.has(response.status) ? parsePageUrl(headerOf(response, 'location'), asked) : undefined;
  }
  return undefined;
}

async function ask(
  outbound: Outbound,
  url: URL,
  accept: string,
  signal: AbortSignal,
): Promise<OutboundResponse | undefined> {
  try {
    const headers = { accept, 'user-agent': 'Stafette (preview of a link)' };
    return await outbound.request({
      method: 'GET',
      url,
      headers,
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_BYTES,
      signal,
    });
  } catch (error) {
    if (error instanceof OutboundError) return undefined;
    throw error;
  }
}
