import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Empty, Identifier } from '../../schemas.ts';
import { pageQuery } from './pages.ts';

const shared = { auth: 'admin', rateLimit: 'read', errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'] } as const;
const path = '/_synapse/admin/v1/federation/destinations';
const params = Type.Object({ destination: Identifier });
const NullableInteger = Type.Union([Type.Integer(), Type.Null()]);

const Destination = Type.Object({
  destination: Type.String(),
  retry_last_ts: Type.Integer(),
  retry_interval: Type.Integer(),
  failure_ts: NullableInteger,
  last_successful_stream_ordering: NullableInteger,
});
const paging = pageQuery(500);

/** Servers that this one sends to. There are none yet. */
export const listSynapseDestinations = defineEndpoint({
  method: 'GET',
  ...shared,
  path,
  query: Type.Object(paging),
  response: Type.Object({ destinations: Type.Array(Destination), total: Type.Integer() }),
});

/** How sending to a server goes. */
export const getSynapseDestination = defineEndpoint({
  method: 'GET',
  ...shared,
  path: `${path}/:destination`,
  params,
  response: Destination,
});

/** The rooms that are shared with a server. */
export const listSynapseDestinationRooms = defineEndpoint({
  method: 'GET',
  ...shared,
  path: `${path}/:destination/rooms`,
  params,
  query: Type.Object(paging),
  response: Type.Object({
    rooms: Type.Array(Type.Object({ room_id: Type.String(), stream_ordering: Type.Integer() })),
    total: Type.Integer(),
  }),
});

/** Tries a server again at once that could not be reached. */
export const resetSynapseDestination = defineEndpoint({
  method: 'POST',
  ...shared,
  path: `${path}/:destination/reset_connection`,
  params,
  bodyOptional: true,
  body: Empty,
  response: Empty,
});
