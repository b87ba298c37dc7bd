import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const COMPRESSIBLE = /\.(js|css|wasm|html|json|svg|webmanifest)$/;
/** Quality 11 takes half a minute for the crypto module and saves four per cent. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

async function compress(path: string): Promise<void> {
  const content = await readFile(path);
  const [asBrotli, asGzip] = await Promise.all([
    promisify(brotliCompress)(content, BROTLI),
    promisify(gzip)(content, { level: 9 }),
  ]);
  await Promise.all([writeFile(`${path}.br`, asBrotli), writeFile(`${path}.gz`, asGzip)]);
}

/** Writes a `.br` and a `.gz` beside each file, which the server prefers: the crypto module shrinks from 8 to 2 MB. */
export function compressedCopies(): Plugin {
  return {
    name: 'stafette-compressed-copies',
    apply: 'build',
    async writeBundle({ dir }) {
      if (dir === undefined) return;
      const files = await readdir(dir, { recursive: true });
      await Promise.all(files.filter((file) => COMPRESSIBLE.test(file)).map(async (file) => compress(join(dir, file))));
    },
  };
}
