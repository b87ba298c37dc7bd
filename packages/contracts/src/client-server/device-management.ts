import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, JsonObject, PlainText } from '../schemas.ts';

const Device = Type.Object({
  device_id: Type.String(),
  display_name: Type.Optional(Type.String()),
  last_seen_ip: Type.Optional(Type.String()),
  last_seen_ts: Type.Optional(Type.Integer()),
});
const DeviceParams = Type.Object({ deviceId: Type.String({ maxLength: 255 }) });
const one = {
  path: '/_matrix/client/v3/devices/:deviceId',
  aliases: ['/_matrix/client/r0/devices/:deviceId'],
  params: DeviceParams,
} as const;
const shared = { auth: 'accessToken', whileSuspended: true } as const;

/** The devices of the account. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devices */
export const getDevices = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/devices',
  aliases: ['/_matrix/client/r0/devices'],
  ...shared,
  guests: true,
  rateLimit: 'read',
  response: Type.Object({ devices: Type.Array(Device) }),
  errors: [],
});

/** One device. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devicesdeviceid */
export const getDevice = defineEndpoint({
  method: 'GET',
  ...one,
  ...shared,
  guests: true,
  rateLimit: 'read',
  response: Device,
  errors: ['M_NOT_FOUND'],
});

/** Names a device; an application service makes one like this. https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3devicesdeviceid */
export const updateDevice = defineEndpoint({
  method: 'PUT',
  ...one,
  ...shared,
  guests: true,
  rateLimit: 'keys',
  body: Type.Object({ display_name: Type.Optional(PlainText(255)) }),
  response: Empty,
  errors: ['M_NOT_FOUND'],
});

/** Signs a device out. https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3devicesdeviceid */
export const deleteDevice = defineEndpoint({
  method: 'DELETE',
  ...one,
  ...shared,
  rateLimit: 'keys',
  body: Type.Object({ auth: Type.Optional(JsonObject) }),
  bodyOptional: true,
  response: Empty,
  errors: ['M_FORBIDDEN'],
});

/** Signs several devices out. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3delete_devices */
export const deleteDevices = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/delete_devices',
  aliases: ['/_matrix/client/r0/delete_devices'],
  ...shared,
  rateLimit: 'keys',
  body: Type.Object({
    devices: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 1000 }),
    auth: Type.Optional(JsonObject),
  }),
  response: Empty,
  errors: ['M_FORBIDDEN'],
});
