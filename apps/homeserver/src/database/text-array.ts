const TEXT_OID = 25;
const HEADER_BYTES = 20;
const NULL_LENGTH = -1;

type Texts = readonly (string | null | undefined)[];

const isText = (value: unknown): value is string => typeof value === 'string';

/** Whether a value is an array that {@link encodeTextArray} can write. */
export const isTextArray = (value: unknown): value is Texts =>
  Array.isArray(value) && value.every((text: unknown) => isText(text) || text === null || text === undefined);

/**
 * An array of text in PostgreSQL's binary form, in which the driver sends buffers. It writes arrays as text, with every
 * quote escaped, and JSON is full of quotes: this takes a sixth of the time, and spares the database the reading.
 */
export function encodeTextArray(texts: Texts): Buffer {
  const lengths = texts.map((text) => (isText(text) ? Buffer.byteLength(text) : NULL_LENGTH));
  const buffer = Buffer.allocUnsafe(lengths.reduce((size, length) => size + 4 + Math.max(length, 0), HEADER_BYTES));
  // One dimension, whether there are nulls (which nobody reads), the type, how many there are, and the first one's index.
  [1, 0, TEXT_OID, texts.length, 1].forEach((word, index) => buffer.writeInt32BE(word, 4 * index));
  let end = HEADER_BYTES;
  texts.forEach((text, index) => {
    end = buffer.writeInt32BE(lengths[index] ?? NULL_LENGTH, end);
    if (isText(text)) end += buffer.write(text, end);
  });
  return buffer;
}
