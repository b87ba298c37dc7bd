import { type DeviceId, isJsonObject, type JsonObject, type UserId } from '@stafette/protocol';
import { findSignedText } from './canonical-text.ts';
import type { CrossSigning, CrossSigningKeys } from './service.ts';
import type { SignatureRow } from './store.ts';

/** The published keys that an upload of signatures may refer to. */
export interface KnownKeys {
  readonly crossSigning: ReadonlyMap<UserId, CrossSigningKeys>;
  /** Keys of the uploader's own devices. */
  readonly devices: ReadonlyMap<DeviceId, JsonObject>;
}

export type SignatureVerdict =
  | { readonly ok: true; readonly rows: readonly SignatureRow[] }
  | {
      readonly ok: false;
      readonly errcode: 'M_NOT_FOUND' | 'M_INVALID_SIGNATURE' | 'M_INVALID_PARAM';
      readonly error: string;
    };

const PREFIX = 'ed25519:';

const publicKeyOf = (key: JsonObject | undefined): string | undefined => {
  const [first] = isJsonObject(key?.['keys']) ? Object.values(key['keys']) : [];
  return typeof first === 'string' ? first : undefined;
};

/** The key that is signed: a device of the signer, or a master key. */
function findTarget(known: KnownKeys, signer: UserId, targetUserId: UserId, targetKey: string): JsonObject | undefined {
  const master = known.crossSigning.get(targetUserId)?.master;
  if (publicKeyOf(master) === targetKey) return master;
  // A device id is only compared here, so that any text may stand in its place.
  return targetUserId === signer ? known.devices.get(targetKey as DeviceId) : undefined;
}

/** The public key behind a signature's key id: the signer's cross-signing key, or one of the signer's devices. */
function findSigningKey(known: KnownKeys, signer: UserId, targetUserId: UserId, keyId: string): string | undefined {
  if (!keyId.startsWith(PREFIX)) return undefined;
  const name = keyId.slice(PREFIX.length);
  const own = known.crossSigning.get(signer);
  const crossSigningKey = targetUserId === signer ? own?.self_signing : own?.user_signing;
  if (publicKeyOf(crossSigningKey) === name) return name;
  const keys = targetUserId === signer ? known.devices.get(name as DeviceId)?.['keys'] : undefined;
  const deviceKey = isJsonObject(keys) ? keys[keyId] : undefined;
  return typeof deviceKey === 'string' ? deviceKey : undefined;
}

/**
 * Checks one signed object of an upload: it must be the published key, and each new signature must be the uploader's own
 * and hold. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keyssignaturesupload
 */
export function checkSignatures(
  signed: JsonObject,
  target: { readonly userId: UserId; readonly key: string },
  signer: UserId,
  known: KnownKeys,
  crossSigning: Pick<CrossSigning, 'isSignedWith'>,
): SignatureVerdict {
  const published = findTarget(known, signer, target.userId, target.key);
  if (published === undefined) return { ok: false, errcode: 'M_NOT_FOUND', error: 'This key is not known' };
  const signedText = findSignedText(signed);
  if (signedText === undefined || findSignedText(published) !== signedText)
    return { ok: false, errcode: 'M_INVALID_PARAM', error: 'This is not the key that was published' };
  const signatures = isJsonObject(signed['signatures']) ? signed['signatures'][signer] : undefined;
  if (!isJsonObject(signatures))
    return { ok: false, errcode: 'M_INVALID_SIGNATURE', error: 'There is no signature of yours' };
  const rows: SignatureRow[] = [];
  for (const [keyId, signature] of Object.entries(signatures)) {
    const publicKey = findSigningKey(known, signer, target.userId, keyId);
    if (
      typeof signature !== 'string' ||
      publicKey === undefined ||
      !crossSigning.isSignedWith(signed, signer, keyId, publicKey)
    ) {
      return { ok: false, errcode: 'M_INVALID_SIGNATURE', error: 'Invalid signature' };
    }
    rows.push({
      target_user_id: target.userId,
      target_key: target.key,
      signer_user_id: signer,
      signer_key_id: keyId,
      signature,
    });
  }
  return { ok: true, rows };
}
