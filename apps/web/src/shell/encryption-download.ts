interface ListedFile {
  readonly address: string;
  readonly sizeBytes: number;
}

/**
 * Fetches the encryption module ahead of its use and tells how far it is, for it is the one large file; the browser's
 * cache then answers the module's own loader. Without a list (a development server) there is nothing to tell.
 * A failure shows when the loader itself tries.
 */
export async function downloadEncryption(onProgress: (share: number) => void): Promise<void> {
  await download(onProgress).catch(() => undefined);
}

async function download(onProgress: (share: number) => void): Promise<void> {
  const listing = await fetch('/precache.json').catch(() => undefined);
  if (listing?.ok !== true) return;
  // Written by our own build.
  const { encryption } = (await listing.json()) as { readonly encryption?: ListedFile };
  if (encryption === undefined) return;
  const response = await fetch(encryption.address);
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  let received = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    received += value.byteLength;
    onProgress(Math.min(1, received / encryption.sizeBytes));
  }
}
