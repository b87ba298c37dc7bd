import { getUrlPreviewAuthed } from './endpoints/get-url-preview.ts';
import type { UrlPreviews } from './service.ts';

export { UrlPreviews } from './service.ts';
export type { UrlFilter } from './url-filter.ts';

export const urlPreviewHandlers = (previews: UrlPreviews) => ({ getUrlPreviewAuthed: getUrlPreviewAuthed(previews) });
