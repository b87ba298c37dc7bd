export type ImageType = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp';

const SIGNATURES: readonly (readonly [type: ImageType, offset: number, bytes: readonly number[]])[] = [
  ['image/jpeg', 0, [0xff, 0xd8, 0xff]],
  ['image/png', 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/gif', 0, [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', 8, [0x57, 0x45, 0x42, 0x50]],
];

/** Bytes that {@link sniffImageType} needs. */
export const SNIFF_BYTES = 16;

/** What the first bytes of a file say it is: only these types reach a decoder, whatever the uploader called them. */
export function sniffImageType(head: Uint8Array): ImageType | undefined {
  const found = SIGNATURES.find(([, offset, bytes]) => bytes.every((byte, index) => head[offset + index] === byte));
  return found?.[0];
}
