import * as downloads from './endpoints/downloads.ts';
import * as uploads from './endpoints/uploads.ts';
import type { Media } from './service.ts';

export { FileStore } from './file-store.ts';
export { MediaModeration } from './moderation.ts';
export { Media } from './service.ts';
export { Thumbnailer } from './thumbnails.ts';

export function mediaHandlers(media: Media) {
  const getContentAuthed = downloads.getContentAuthed(media);
  const getContentOverrideNameAuthed = downloads.getContentOverrideNameAuthed(media);
  const getContentThumbnailAuthed = downloads.getContentThumbnailAuthed(media);
  return {
    uploadContent: uploads.uploadContent(media),
    createContent: uploads.createContent(media),
    uploadContentToMXC: uploads.uploadContentToMXC(media),
    getContentAuthed,
    getContent: downloads.frozen(getContentAuthed),
    getContentOverrideNameAuthed,
    getContentOverrideName: downloads.frozen(getContentOverrideNameAuthed),
    getContentThumbnailAuthed,
    getContentThumbnail: downloads.frozen(getContentThumbnailAuthed),
    getConfigAuthed: downloads.getConfigAuthed(media),
  };
}
