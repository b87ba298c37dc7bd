/**
 * The limits of every event, in bytes of UTF-8 where they are about size.
 * https://spec.matrix.org/v1.19/client-server-api/#size-limits
 */

/** The canonical text as it goes over federation, hashes and signatures included. */
export const MAX_PDU_BYTES = 65_536;
export const MAX_TYPE_BYTES = 255;
export const MAX_STATE_KEY_BYTES = 255;
export const MAX_PREV_EVENTS = 20;
export const MAX_AUTH_EVENTS = 10;
/** Of room version 6 and later; earlier versions count to 2^63 - 1, which is clamped to this. */
export const MAX_DEPTH = Number.MAX_SAFE_INTEGER;
