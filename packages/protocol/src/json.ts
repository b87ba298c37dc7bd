/**
 * The JSON that Matrix events are made of. Objects that come out of {@link parseJson} have a null prototype, so a key
 * such as `__proto__` is ordinary data.
 */
export type JsonValue = null | boolean | number | string | JsonNumberToken | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/**
 * A number whose exact text matters: room versions 1 to 5 accept floats and integers beyond 2^53, and their hashes cover
 * the text as it was sent. Only the lenient parser makes these; strict rooms refuse them. A class, because a peer can
 * send an object with a key `numberToken` but never an instance.
 */
export class JsonNumberToken {
  /** The number as it stood in the JSON text. */
  readonly numberToken: string;

  constructor(numberToken: string) {
    this.numberToken = numberToken;
  }
}

/** Whether a value is a JSON object, not an array and not a number that is kept as text. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumberToken);
}
