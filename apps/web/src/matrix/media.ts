import { failure, success, type Outcome } from '../model/failure.ts';
import type { Attachment } from '../model/timeline-item.ts';
import { inBackground } from '../observable/in-background.ts';
import type { Disposable } from '../observable/observable.ts';
import { AttachmentTampered, decryptAttachment } from './attachment-encryption.ts';
import type { MatrixSession } from './session.ts';

/** Types a browser draws without running anything; everything else is only ever saved. SVG is a program. */
const SAFE_IMAGE_TYPES: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
]);

/** Decrypted pictures kept at hand, by count. */
const KEPT = 120;

/** Downloads media with the session's token, decrypts it, and hands out addresses that only this page can read. */
export class MediaModel implements Disposable {
  readonly #session: MatrixSession;
  readonly #urls = new Map<string, Promise<Outcome<string>>>();

  constructor(session: MatrixSession) {
    this.#session = session;
  }

  /** A `blob:` address of the picture, valid until `dispose`. */
  async imageUrl(attachment: Attachment): Promise<Outcome<string>> {
    const kept = this.#urls.get(attachment.url);
    if (kept) return kept;
    const fresh = this.#load(attachment).then((outcome) =>
      outcome.ok ? success(URL.createObjectURL(outcome.value)) : outcome,
    );
    this.#urls.set(attachment.url, fresh);
    if (this.#urls.size > KEPT) this.#release([...this.#urls.keys()][0]);
    const outcome = await fresh;
    if (!outcome.ok) this.#urls.delete(attachment.url);
    return outcome;
  }

  /** Gives the file to the browser's downloads. */
  async save(attachment: Attachment): Promise<Outcome<void>> {
    const outcome = await this.#load(attachment);
    if (!outcome.ok) return outcome;
    const url = URL.createObjectURL(outcome.value);
    const link = document.createElement('a');
    link.href = url;
    link.download = attachment.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    return success(undefined);
  }

  async #load(attachment: Attachment): Promise<Outcome<Blob>> {
    const { client } = this.#session;
    const address = client.mxcUrlToHttp(attachment.url, undefined, undefined, undefined, false, true, true);
    if (address === null) return failure('not-found');
    try {
      const response = await fetch(address, { headers: { authorization: `Bearer ${client.getAccessToken() ?? ''}` } });
      if (!response.ok) return failure(response.status === 404 ? 'not-found' : 'unexpected', `HTTP ${response.status}`);
      const bytes = await response.arrayBuffer();
      const plain = attachment.encryption === undefined ? bytes : await decryptAttachment(bytes, attachment.encryption);
      const type = SAFE_IMAGE_TYPES.has(attachment.mimeType) ? attachment.mimeType : 'application/octet-stream';
      return success(new Blob([plain], { type }));
    } catch (error) {
      return error instanceof AttachmentTampered ? failure('unexpected', error.name) : failure('offline');
    }
  }

  #release(key: string | undefined): void {
    if (key === undefined) return;
    const promise = this.#urls.get(key);
    this.#urls.delete(key);
    if (promise === undefined) return;
    inBackground(
      promise.then((outcome) => {
        if (outcome.ok) URL.revokeObjectURL(outcome.value);
      }),
    );
  }

  dispose(): void {
    for (const key of [...this.#urls.keys()]) this.#release(key);
  }
}
