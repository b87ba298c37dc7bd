import { encodeBase64 } from '../base64.ts';
import type { AuthContext } from '../event-auth/auth-input.ts';
import type { JsonObject } from '../json.ts';
import { signJson } from '../signatures.ts';
import { createSigner, nodeCrypto } from './node-crypto.ts';

/** The world for authorization tests: every server signs, except `unsigned.example`. */
export const testAuthContext: AuthContext = {
  crypto: nodeCrypto,
  isSignedBy: (serverName) => serverName !== 'unsigned.example',
};

const identityServer = createSigner(new Uint8Array(32).fill(7), 'ed25519:0');

/** The key of the identity server in the tests, unpadded base64. */
export const invitationPublicKey = encodeBase64(identityServer.publicKey);

/** The signed part of a third-party invitation, as the identity server of the tests signs it. */
export function signInvitation(content: JsonObject): JsonObject {
  return signJson(content, 'identity.example', identityServer);
}
