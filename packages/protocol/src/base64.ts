const standardAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const urlAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Two characters for each value of 12 bits: three bytes are two look-ups. */
const pairTable = (alphabet: string): readonly string[] =>
  Array.from({ length: 4096 }, (_, bits) => alphabet.charAt(bits >> 6) + alphabet.charAt(bits & 63));

const standardPairs = pairTable(standardAlphabet);
const urlPairs = pairTable(urlAlphabet);

const notInAlphabet = 255;

function valueTable(alphabet: string): Uint8Array {
  const values = new Uint8Array(128).fill(notInAlphabet);
  for (let value = 0; value < 64; value += 1) values[alphabet.charCodeAt(value)] = value;
  return values;
}

const standardValues = valueTable(standardAlphabet);
const urlValues = valueTable(urlAlphabet);

/** Standard alphabet without padding. https://spec.matrix.org/v1.19/appendices/#unpadded-base64 */
export function encodeBase64(bytes: Uint8Array): string {
  return encode(bytes, standardPairs);
}

/** URL-safe alphabet without padding, as in the event ids of room versions 4 and later. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encode(bytes, urlPairs);
}

/** Reads the standard alphabet, with or without padding; `undefined` if it is anything else. */
export function decodeBase64(text: string): Uint8Array | undefined {
  return decode(text, standardValues);
}

/** Reads the URL-safe alphabet, with or without padding; `undefined` if it is anything else. */
export function decodeBase64Url(text: string): Uint8Array | undefined {
  return decode(text, urlValues);
}

function encode(bytes: Uint8Array, pairs: readonly string[]): string {
  const wholeLength = bytes.length - (bytes.length % 3);
  let text = '';
  // The defaults below are never used: all indices are within their arrays.
  for (let index = 0; index < wholeLength; index += 3) {
    const bits = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text += (pairs[bits >> 12] ?? '') + (pairs[bits & 4095] ?? '');
  }
  const rest = bytes.length - wholeLength;
  if (rest === 0) return text;
  const bits = ((bytes[wholeLength] ?? 0) << 16) | ((bytes[wholeLength + 1] ?? 0) << 8);
  return text + (pairs[bits >> 12] ?? '') + (rest === 2 ? (pairs[bits & 4095] ?? '').charAt(0) : '');
}

function decode(padded: string, values: Uint8Array): Uint8Array | undefined {
  const text = padded.endsWith('=') ? withoutPadding(padded) : padded;
  if (text === undefined || text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let bitCount = 0;
  let size = 0;
  for (let index = 0; index < text.length; index += 1) {
    const value = values[text.charCodeAt(index)] ?? notInAlphabet;
    if (value === notInAlphabet) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    bytes[size] = bits >> bitCount;
    size += 1;
  }
  return bytes;
}

function withoutPadding(text: string): string | undefined {
  const end = text.endsWith('==') ? text.length - 2 : text.length - 1;
  return text.length % 4 === 0 ? text.slice(0, end) : undefined;
}
