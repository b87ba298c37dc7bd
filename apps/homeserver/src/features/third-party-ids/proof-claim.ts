import { isJsonObject, type JsonObject } from '@stafette/protocol';
import type { ProofClaim } from './validations.ts';

/** The session that an `m.login.email.identity` stage names, in the present and in the older spelling. */
export function readProofClaim(auth: JsonObject): ProofClaim | undefined {
  const credentials = auth['threepid_creds'] ?? auth['threepidCreds'];
  if (!isJsonObject(credentials)) return undefined;
  const { sid, client_secret: clientSecret } = credentials;
  return typeof sid === 'string' && typeof clientSecret === 'string' ? { sid, clientSecret } : undefined;
}
