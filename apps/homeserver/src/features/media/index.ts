import * as downloads from './endpoints/downloads.ts';
import * as uploads from './endpoints/uploads.ts';
import type { Media } from './service.ts';

export { FileStore } from './file-store.ts';
export { Media } from './service.ts';
export { Thumbnailer } from './thumbnails.ts';

export const mediaHandlers = (media: Media) => ({
  uploadContent: uploads.uploadContent(media),
  createContent: uploads.createContent(media),
  uploadContentToMXC: uploads.uploadContentToMXC(media),
  getContentAuthed: downloads.getContentAuthed(media),
  getContentOverrideNameAuthed: downloads.getContentOverrideNameAuthed(media),
  getContentThumbnailAuthed: downloads.getContentThumbnailAuthed(media),
  getConfigAuthed: downloads.getConfigAuthed(media),
});
