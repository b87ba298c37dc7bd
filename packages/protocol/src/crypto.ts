/**
 * The cryptography that the protocol needs, passed in by the caller so that this package stays pure and can run in a
 * worker or a browser.
 */
export interface ProtocolCrypto {
  /** SHA-256 of bytes (UTF-8 of a string), 32 bytes. */
  sha256(input: Uint8Array | string): Uint8Array;
  /** SHA-1, 20 bytes; only the state resolution of room version 1 asks for it. */
  sha1(input: Uint8Array | string): Uint8Array;
  /** Ed25519 verification of a 64-byte signature with a 32-byte public key. */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

/** Signs with one private key; the key itself never leaves the signer. */
export interface Ed25519Signer {
  /** For example `ed25519:a_Xy12`. */
  readonly keyId: string;
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array | string): Uint8Array;
}
