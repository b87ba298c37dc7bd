import { createHash } from 'node:crypto';
import { forbidden, invalidParam, limitExceeded, MatrixError, unrecognized } from '@stafette/contracts';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Outbound } from '../../platform/outbound/index.ts';
import { decodeText } from './decode-text.ts';
import { fetchPage, parsePageUrl, type FetchedPage } from './fetch-page.ts';
import { mentionedPages } from './mentioned-pages.ts';
import { readPage } from './read-page.ts';
import * as store from './store.ts';
import { mayPreview, type UrlFilter } from './url-filter.ts';

/** A picture that was stored for a preview. */
export interface StoredPicture {
  readonly mediaId: string;
  readonly contentUri: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly width: number;
  readonly height: number;
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly outbound: Outbound;
  /** Which pages may be looked at; undefined when there are no previews. */
  readonly filter: UrlFilter | undefined;
  /** Undefined when the bytes are no picture. */
  readonly storePicture: (bytes: Buffer) => Promise<StoredPicture | undefined>;
  readonly removePicture: (mediaId: string) => Promise<void>;
}

type Preview = Readonly<Record<string, string | number>>;

const FRESH_MS = 60 * 60 * 1000;
const KEPT_MS = 24 * 60 * 60 * 1000;
/** Pages that are looked at at the same time, for all users. */
const MAX_AT_ONCE = 20;
const RETRY_AFTER_MS = 2_000;
const PRUNED_AT_ONCE = 100;
const HTML_TYPES: ReadonlySet<string> = new Set(['text/html', 'application/xhtml+xml']);
const isPictureType = (mediaType: string): boolean => mediaType.startsWith('image/');
/** These are told by us about the picture that we have, or not at all. */
const OWN = /^og:image(:|$)/;

const hashOf = (url: URL): Buffer => createHash('sha256').update(url.href).digest();

/** The same for every reason, so that nobody explores networks by asking. */
const noPreview = (): MatrixError => new MatrixError(502, 'M_UNKNOWN', 'There is no preview of this address');

const describe = (picture: StoredPicture): Preview => ({
  'og:image': picture.contentUri,
  'og:image:type': picture.contentType,
  'og:image:width': picture.width,
  'og:image:height': picture.height,
  'matrix:image:size': picture.sizeBytes,
});

/** What pages on the web say about themselves. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediapreview_url */
export class UrlPreviews {
  readonly #d: Dependencies;
  readonly #looking = new Map<string, Promise<string>>();

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** JSON text of the preview, not older than an hour. */
  async get(text: string): Promise<string> {
    const { filter, database, clock } = this.#d;
    if (filter === undefined) throw unrecognized();
    const url = parsePageUrl(text);
    if (url === undefined) throw invalidParam('url is not an address on the web');
    if (!mayPreview(filter, url)) throw forbidden('There are no previews of this site');
    const hash = hashOf(url);
    const known = await store.findPreview(database.reader, hash, clock.nowMs() - FRESH_MS);
    if (known !== undefined) return known;
    let looking = this.#looking.get(url.href);
    if (looking === undefined) {
      if (this.#looking.size >= MAX_AT_ONCE) throw limitExceeded(RETRY_AFTER_MS);
      looking = this.#look(url, filter, hash).finally(() => this.#looking.delete(url.href));
      this.#looking.set(url.href, looking);
    }
    return looking;
  }

  /** Forgets old previews, and their pictures with them. */
  async prune(signal: AbortSignal): Promise<void> {
    const { database, clock, removePicture } = this.#d;
    while (!signal.aborted) {
      const before = clock.nowMs() - KEPT_MS;
      const removed = await database.write((tx) => store.removeOld(tx, before, PRUNED_AT_ONCE));
      for (const { media_id: mediaId } of removed) if (mediaId !== null) await removePicture(mediaId);
      if (removed.length < PRUNED_AT_ONCE) return;
    }
  }

  /** Forgets what was fetched for the sake of texts that are deleted. Whoever else names the same pages has it fetched anew. */
  async forget(tx: WriteTx, texts: readonly string[]): Promise<void> {
    const pages = texts.flatMap(mentionedPages);
    if (pages.length > 0) await store.expirePreviews(tx, pages.map(hashOf));
  }

  async #look(url: URL, filter: UrlFilter, hash: Uint8Array): Promise<string> {
    const { outbound, database, clock } = this.#d;
    const page = await fetchPage(outbound, filter, url, 'text/html, application/xhtml+xml, image/*');
    if (page === undefined) throw noPreview();
    const { preview, picture } = isPictureType(page.mediaType)
      ? await this.#describePicture(page)
      : await this.#describePage(page, filter);
    const json = JSON.stringify({ ...preview, ...(picture === undefined ? {} : describe(picture)) });
    await database.write((tx) => store.insertPreview(tx, hash, json, picture?.mediaId, clock.nowMs()));
    return json;
  }

  async #describePicture({ body }: FetchedPage): Promise<{ preview: Preview; picture: StoredPicture | undefined }> {
    return { preview: {}, picture: await this.#d.storePicture(body) };
  }

  async #describePage(
    page: FetchedPage,
    filter: UrlFilter,
  ): Promise<{ preview: Preview; picture: StoredPicture | undefined }> {
    if (!HTML_TYPES.has(page.mediaType)) throw noPreview();
    const properties = readPage(decodeText(page.body, page.contentType));
    const preview = Object.fromEntries([...properties].filter(([name]) => !OWN.test(name)));
    const image = properties.get('og:image') ?? properties.get('og:image:url') ?? properties.get('og:image:secure_url');
    const imageUrl = image === undefined ? undefined : parsePageUrl(image, page.url);
    const found = imageUrl && (await fetchPage(this.#d.outbound, filter, imageUrl, 'image/*'));
    const picture = found && isPictureType(found.mediaType) ? await this.#d.storePicture(found.body) : undefined;
    return { preview, picture };
  }
}
