import { deflateSync } from 'node:zlib';

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Hills under a morning sky. */
function colorAt(x: number, y: number, height: number): readonly [number, number, number] {
  const share = y / height;
  if (y > height * 0.62 + 30 * Math.sin(x / 120))
    return [70 + 12 * Math.sin(x / 60 + y / 40), 118 + 18 * Math.sin(x / 90), 84];
  if (y > height * 0.5 + 50 * Math.sin(x / 210 + 1)) return [96, 130, 150];
  if ((x - 1050) ** 2 + (y - 230) ** 2 < 8000) return [255, 236, 190];
  return [130 + 110 * share, 170 + 60 * share, 225];
}

/** A PNG of 1400 by 900, large enough to get a thumbnail. https://www.w3.org/TR/png-3/ */
export function drawSamplePicture(): Buffer {
  const [width, height] = [1400, 900];
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * (width * 3 + 1) + 1 + x * 3;
      colorAt(x, y, height).forEach((value, channel) => rows.writeUInt8(Math.round(value) & 0xff, at + channel));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits for each of red, green, blue.
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
