import { type clientServer, forbidden, missingParam } from '@stafette/contracts';
import type { DeviceId, JsonObject, UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Requester } from '../../../http/requester.ts';
import { readCrossSigningKey } from '../read-key.ts';
import type { CrossSigning } from '../service.ts';

export interface UploadDependencies {
  readonly crossSigning: CrossSigning;
  readonly listDeviceIds: (userId: UserId) => Promise<readonly DeviceId[]>;
  /** Resolves when the person has proved who they are; throws the 401 that asks for it otherwise. */
  readonly requireAuth: (requester: Requester, auth: JsonObject | undefined) => Promise<void>;
}

export const uploadCrossSigningKeys =
  ({
    crossSigning,
    listDeviceIds,
    requireAuth,
  }: UploadDependencies): Handler<typeof clientServer.uploadCrossSigningKeys> =>
  async ({ body, requester }) => {
    const { userId } = requester;
    const keys = (['master', 'self_signing', 'user_signing'] as const).flatMap((usage) => {
      const json = body[`${usage}_key`];
      return json === undefined ? [] : [readCrossSigningKey(json, userId, usage)];
    });
    if (requester.acting !== undefined) throw forbidden('An administrator gives nobody an identity');
    // With a request without keys, clients ask what proof a replacement takes.
    const replaces = keys.length === 0 || (await crossSigning.replacesKeys(userId, keys));
    const isPermitted = replaces && (await crossSigning.isReplacementPermitted(userId));
    if (replaces && !isPermitted && requester.service === undefined) await requireAuth(requester, body.auth);
    if (keys.length === 0) throw missingParam('There is no key in the request');
    const mayReplace = isPermitted ? 'once' : replaces;
    await crossSigning.upload(userId, keys, { deviceIds: await listDeviceIds(userId), mayReplace });
    return {};
  };
