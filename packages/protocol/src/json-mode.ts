/**
 * `strict`: the rules of canonical JSON, for rooms of version 6 and later. `lenient`: any number, kept as a
 * `JsonNumberToken` unless it is a small integer, for rooms of versions 1 to 5 and for bodies that may hold their events.
 * `request`: numbers as JSON.parse gives them (no infinities), for bodies that clients send.
 */
export type JsonMode = 'strict' | 'lenient' | 'request';

export type JsonParseErrorCode =
  | 'duplicate-key'
  | 'not-an-integer'
  | 'out-of-range'
  | 'negative-zero'
  | 'lone-surrogate'
  | 'too-deep'
  | 'too-large'
  | 'invalid-utf8'
  | 'syntax'
  | 'trailing-garbage'
  | 'bom';
