/**
 * `refused`: the address is not one that may be asked, nothing was sent. `timeout`: the deadline passed. `too-large`: the
 * answer went past its limit. `failed`: no connection, TLS or protocol fault.
 */
export type OutboundFailure = 'refused' | 'timeout' | 'too-large' | 'failed';

/** Why an outbound request has no answer. The message names no address, path or content, so that it may be logged. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly kind: OutboundFailure;

  constructor(kind: OutboundFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
