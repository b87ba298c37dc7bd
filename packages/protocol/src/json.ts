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
 * the text as it was sent. Only the lenient parser makes these; strict rooms never see one.
 */
export interface JsonNumberToken {
  readonly numberToken: string;
}
