export * from './json.ts';
export type * from './crypto.ts';
export * from './identifiers.ts';
export { isIpLiteral, splitServerName } from './server-name.ts';
export * from './base64.ts';
export * from './canonical-email.ts';
export {
  canonicalJson,
  CanonicalJsonError,
  type CanonicalJsonErrorCode,
  compareCodePoints,
  maxJsonDepth,
} from './canonical-json.ts';
export type * from './json-mode.ts';
export * from './parse-json.ts';
export { decodeUtf8, encodeUtf8, fitsUtf8Bytes, utf8Length } from './utf8.ts';
export { addContentHash, contentHash, eventIdOf, hasValidContentHash, referenceHash } from './hashes.ts';
export * from './redaction.ts';
export * from './request-signature.ts';
export * from './ed25519-public-key.ts';
export {
  type JsonSignatureVerdict,
  type SignatureFault,
  signaturesOf,
  signEvent,
  signJson,
  verifyJsonSignature,
} from './signatures.ts';
export * from './event-signatures.ts';
export * from './policy-server.ts';
export * from './events/build-pdu.ts';
export * from './events/client-event.ts';
export * from './events/event-limits.ts';
export type * from './events/event-intent.ts';
export { type PduFault, readPdu, type ReadPduResult, roomIdOfCreateEvent } from './events/read-pdu.ts';
export * from './room-versions/table.ts';
export type * from './events/pdu.ts';
export type * from './room-versions/room-version.ts';
export * from './event-auth/index.ts';
export * from './glob.ts';
export * from './history-visibility.ts';
export * from './state-resolution/index.ts';
export * from './push-rules/index.ts';
