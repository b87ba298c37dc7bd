import { sniffImageType } from './image-type.ts';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

const sized = (width: number, height: number): PictureSize | undefined =>
  width > 0 && height > 0 ? { width, height } : undefined;

/** Segments of a JPEG that hold its size; the others are skipped by their length. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

function jpegSize(bytes: Buffer): PictureSize | undefined {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2))
    if (isFrame(bytes.readUInt8(at + 1))) return sized(bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5));
  return undefined;
}

function webpSize(bytes: Buffer): PictureSize | undefined {
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8X':
      return sized(bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1);
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 'VP8 ':
      return sized(bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff);
    default:
      return undefined;
  }
}

/** Bytes that every file has to have for its size to be read. */
const MIN_BYTES = 30;

/** How large a picture says it is, from its header alone: nothing is decoded. Undefined for what is no picture. */
export function readPictureSize(bytes: Buffer): PictureSize | undefined {
  if (bytes.length < MIN_BYTES) return undefined;
  switch (sniffImageType(bytes)) {
    case 'image/png':
      return sized(bytes.readUInt32BE(16), bytes.readUInt32BE(20));
    case 'image/gif':
      return sized(bytes.readUInt16LE(6), bytes.readUInt16LE(8));
    case 'image/jpeg':
      return jpegSize(bytes);
    case 'image/webp':
      return webpSize(bytes);
    case undefined:
      return undefined;
  }
}
