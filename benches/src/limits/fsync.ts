import { fdatasyncSync, openSync, closeSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

/** PostgreSQL writes its log in pages of this size. */
const PAGE_BYTES = 8192;

/** Durable writes per second, one after the other: the limit of commits that are not grouped. */
export function measureFsync(
  directory: string,
  measureMs: number,
): { readonly perSecond: number; readonly msEach: number } {
  const path = join(directory, 'fsync-probe');
  const file = openSync(path, 'w');
  const page = Buffer.alloc(PAGE_BYTES, 1);
  try {
    const startMs = performance.now();
    let count = 0;
    while (performance.now() - startMs < measureMs) {
      writeSync(file, page, 0, PAGE_BYTES, (count % 1024) * PAGE_BYTES);
      fdatasyncSync(file);
      count += 1;
    }
    const elapsedMs = performance.now() - startMs;
    return { perSecond: (count / elapsedMs) * 1000, msEach: elapsedMs / count };
  } finally {
    closeSync(file);
    rmSync(path);
  }
}
