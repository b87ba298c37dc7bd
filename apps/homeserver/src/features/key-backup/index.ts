import * as sessions from './endpoints/sessions.ts';
import * as versions from './endpoints/versions.ts';
import type { KeyBackup } from './service.ts';

export { KeyBackup } from './service.ts';

export const keyBackupHandlers = (backup: KeyBackup) => ({
  postRoomKeysVersion: versions.postRoomKeysVersion(backup),
  getRoomKeysVersionCurrent: versions.getRoomKeysVersionCurrent(backup),
  getRoomKeysVersion: versions.getRoomKeysVersion(backup),
  putRoomKeysVersion: versions.putRoomKeysVersion(backup),
  deleteRoomKeysVersion: versions.deleteRoomKeysVersion(backup),
  getRoomKeys: sessions.getRoomKeys(backup),
  getRoomKeysByRoomId: sessions.getRoomKeysByRoomId(backup),
  getRoomKeyBySessionId: sessions.getRoomKeyBySessionId(backup),
  putRoomKeys: sessions.putRoomKeys(backup),
  putRoomKeysByRoomId: sessions.putRoomKeysByRoomId(backup),
  putRoomKeyBySessionId: sessions.putRoomKeyBySessionId(backup),
  deleteRoomKeys: sessions.deleteRoomKeys(backup),
  deleteRoomKeysByRoomId: sessions.deleteRoomKeysByRoomId(backup),
  deleteRoomKeyBySessionId: sessions.deleteRoomKeyBySessionId(backup),
});
