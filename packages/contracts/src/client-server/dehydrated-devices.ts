import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject, PlainText, ShortText } from '../schemas.ts';

/**
 * A device that receives keys while its person has no other, sealed until they open it. MSC3814:
 * https://github.com/matrix-org/matrix-spec-proposals/pull/3814
 */
const PATH = '/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device';
const shared = { auth: 'accessToken', rateLimit: 'keys', whileSuspended: true } as const;

const Keys = Type.Record(Type.String(), Type.Union([Type.String(), JsonObject]));
const DeviceId = Type.Object({ device_id: Type.String() });

export const putDehydratedDevice = defineEndpoint({
  method: 'PUT',
  path: PATH,
  ...shared,
  body: Type.Object({
    device_id: ShortText,
    device_data: JsonObject,
    initial_device_display_name: Type.Optional(PlainText(100)),
    device_keys: Type.Object({
      user_id: Type.String(),
      device_id: Type.String(),
      algorithms: Type.Array(Type.String()),
      keys: Type.Record(Type.String(), Type.String()),
    }),
    one_time_keys: Type.Optional(Keys),
    fallback_keys: Type.Optional(Keys),
  }),
  response: DeviceId,
  errors: ['M_INVALID_PARAM', 'M_BAD_JSON', 'M_FORBIDDEN', 'M_TOO_LARGE'],
});

export const getDehydratedDevice = defineEndpoint({
  method: 'GET',
  path: PATH,
  ...shared,
  response: Type.Object({ device_id: Type.String(), device_data: JsonObject }),
  errors: ['M_NOT_FOUND'],
});

export const deleteDehydratedDevice = defineEndpoint({
  method: 'DELETE',
  path: PATH,
  ...shared,
  response: DeviceId,
  errors: ['M_NOT_FOUND'],
});

const NextBatch = Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' }));
const events = {
  path: `${PATH}/:deviceId/events`,
  ...shared,
  params: Type.Object({ deviceId: ShortText }),
  response: Type.Object({ events: Type.Array(JsonObject), next_batch: Type.String() }),
  errors: ['M_FORBIDDEN'],
} as const;

/** What others sent to the device. Nothing is taken away before the device is. */
export const getDehydratedDeviceEvents = defineEndpoint({
  method: 'GET',
  ...events,
  query: Type.Object({ next_batch: NextBatch }),
});

/** The same as earlier clients ask. */
export const postDehydratedDeviceEvents = defineEndpoint({
  method: 'POST',
  ...events,
  body: Type.Object({ next_batch: NextBatch }),
  bodyOptional: true,
});
