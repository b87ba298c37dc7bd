import type { DraftStore } from './composer-view-model.ts';

const PREFIX = 'stafette.draft.';

/** Drafts last as long as the tab does: what was not sent is not left readable on the disk. */
export function createDraftStore(storage: Storage): DraftStore {
  return {
    load: (roomId) => storage.getItem(PREFIX + roomId) ?? '',
    save: (roomId, text) =>
      text === '' ? storage.removeItem(PREFIX + roomId) : storage.setItem(PREFIX + roomId, text),
  };
}
