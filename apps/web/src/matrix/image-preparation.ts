/** The longer side of a thumbnail. */
const THUMBNAIL_PX = 800;
/** Smaller pictures are their own thumbnail. */
const THUMBNAIL_FROM_BYTES = 200_000;

interface PreparedThumbnail {
  readonly bytes: ArrayBuffer;
  readonly mimeType: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface PreparedImage {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly thumbnail: PreparedThumbnail | undefined;
}

/** Measures a picture and makes its thumbnail; undefined when the browser cannot draw it. */
export async function prepareImage(file: Blob): Promise<PreparedImage | undefined> {
  if (!file.type.startsWith('image/') || file.type === 'image/svg+xml') return undefined;
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    // Broken, or of a kind this browser does not know: it is sent as a file.
    return undefined;
  }
  const { width: widthPx, height: heightPx } = bitmap;
  const scale = THUMBNAIL_PX / Math.max(widthPx, heightPx);
  const thumbnail = scale < 1 && file.size > THUMBNAIL_FROM_BYTES ? await shrink(bitmap, scale) : undefined;
  bitmap.close();
  return { widthPx, heightPx, thumbnail };
}

async function shrink(bitmap: ImageBitmap, scale: number): Promise<PreparedThumbnail | undefined> {
  const widthPx = Math.max(1, Math.round(bitmap.width * scale));
  const heightPx = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  context.drawImage(bitmap, 0, 0, widthPx, heightPx);
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 });
  return { bytes: await blob.arrayBuffer(), mimeType: blob.type, widthPx, heightPx };
}
