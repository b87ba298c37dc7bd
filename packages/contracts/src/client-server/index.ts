export * from './authed-content-repo.ts';
export * from './content-repo.ts';
export * from './cross-signing.ts';
export * from './key-backup.ts';
export * from './keys.ts';
export * from './to-device.ts';
export * from './versions.ts';
