import { type clientServer, invalidParam } from '@stafette/contracts';
import { type DeviceId, type JsonObject, parseUserId, type UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { checkSignatures, type KnownKeys } from '../check-signatures.ts';
import type { CrossSigning } from '../service.ts';
import type { SignatureRow } from '../store.ts';

/** The device keys of users, which live in another feature. */
export type ListDeviceKeys = (
  userIds: readonly UserId[],
) => Promise<readonly { readonly userId: UserId; readonly deviceId: DeviceId; readonly keys: JsonObject }[]>;

/** Signed keys of one request; a client sends one for each device or person that was just verified. */
const MAX_KEYS = 200;

export const uploadCrossSigningSignatures =
  (
    crossSigning: CrossSigning,
    listDeviceKeys: ListDeviceKeys,
  ): Handler<typeof clientServer.uploadCrossSigningSignatures> =>
  async ({ body, requester }) => {
    const signer = requester.userId;
    const targets = Object.entries(body).map(([rawUserId, keys]) => {
      const userId = parseUserId(rawUserId);
      if (userId === undefined) throw invalidParam('A key of the body is not a user id');
      return { userId, keys: Object.entries(keys) };
    });
    if (targets.reduce((sum, { keys }) => sum + keys.length, 0) > MAX_KEYS)
      throw invalidParam(`A request may hold ${MAX_KEYS} signed keys`);
    const known: KnownKeys = {
      crossSigning: await crossSigning.listKeys([signer, ...targets.map((target) => target.userId)]),
      devices: new Map((await listDeviceKeys([signer])).map(({ deviceId, keys }) => [deviceId, keys])),
    };
    const failures: Record<string, Record<string, JsonObject>> = Object.create(null);
    for (const { userId, keys } of targets) {
      const rows: SignatureRow[] = [];
      for (const [key, signed] of keys) {
        const verdict = checkSignatures(signed, { userId, key }, signer, known, crossSigning);
        if (verdict.ok) rows.push(...verdict.rows);
        else
          (failures[userId] ??= Object.create(null) as Record<string, JsonObject>)[key] = {
            errcode: verdict.errcode,
            error: verdict.error,
          };
      }
      if (rows.length > 0) await crossSigning.addSignatures(signer, userId, rows);
    }
    return { failures };
  };
