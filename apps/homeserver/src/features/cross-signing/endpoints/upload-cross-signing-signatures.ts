import type { clientServer } from '@stafette/contracts';
import { type DeviceId, type JsonObject, parseUserId, type UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { checkSignatures } from '../check-signatures.ts';
import type { CrossSigning } from '../service.ts';
import type { SignatureRow } from '../store.ts';

/** The device keys of users, which live in another feature. */
export type ListDeviceKeys = (
  userIds: readonly UserId[],
) => Promise<readonly { readonly userId: UserId; readonly deviceId: DeviceId; readonly keys: JsonObject }[]>;

export const uploadCrossSigningSignatures =
  (crossSigning: CrossSigning, listDeviceKeys: ListDeviceKeys): Handler<typeof clientServer.uploadCrossSigningSignatures> =>
  async ({ body, requester }) => {
    const signer = requester.userId;
    const targets = Object.keys(body).flatMap((raw) => parseUserId(raw) ?? []);
    const devices = new Map<UserId, Map<DeviceId, JsonObject>>();
    for (const { userId, deviceId, keys } of await listDeviceKeys([signer])) {
      const own = devices.get(userId) ?? new Map<DeviceId, JsonObject>();
      devices.set(userId, own.set(deviceId, keys));
    }
    const known = { crossSigning: await crossSigning.listKeys([signer, ...targets]), devices };
    const failures: Record<string, Record<string, JsonObject>> = Object.create(null);
    for (const targetUserId of targets) {
      const rows: SignatureRow[] = [];
      for (const [key, signed] of Object.entries(body[targetUserId] ?? {})) {
        const verdict = checkSignatures(signed, { userId: targetUserId, key }, signer, known, crossSigning);
        if (verdict.ok) rows.push(...verdict.rows);
        else (failures[targetUserId] ??= Object.create(null) as Record<string, JsonObject>)[key] = { errcode: verdict.errcode, error: verdict.error };
      }
      if (rows.length > 0) await crossSigning.addSignatures(targetUserId, rows);
    }
    return { failures };
  };
