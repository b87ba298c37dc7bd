import { canonicalJson, CanonicalJsonError, type JsonObject, type JsonValue } from '@stafette/protocol';

/** The canonical text of what a client uploaded; undefined when it has none and so cannot be signed. */
export function findCanonicalText(value: JsonValue): string | undefined {
  try {
    return canonicalJson(value);
  } catch (error) {
    if (error instanceof CanonicalJsonError) return undefined;
    throw error;
  }
}

/** The text that signatures of a key cover: two uploads with the same one are the same key. */
export function findSignedText(key: JsonObject): string | undefined {
  const { signatures: _signatures, unsigned: _unsigned, ...signed } = key;
  return findCanonicalText(signed);
}
