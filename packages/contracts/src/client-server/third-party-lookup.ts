import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject } from '../schemas.ts';

const lookup = { method: 'GET', auth: 'accessToken', rateLimit: 'read' } as const;
const protocol = Type.Object({ protocol: Type.String({ minLength: 1, maxLength: 255 }) });
const pathsOf = <const Rest extends string>(rest: Rest) =>
  ({
    path: `/_matrix/client/v3/thirdparty/${rest}`,
    aliases: [`/_matrix/client/r0/thirdparty/${rest}`, `/_matrix/client/unstable/thirdparty/${rest}`],
  }) as const;

/** Networks that application services connect. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyprotocols */
export const getProtocols = defineEndpoint({
  ...lookup,
  ...pathsOf('protocols'),
  response: JsonObject,
  errors: [],
});

/** One of these networks. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyprotocolprotocol */
export const getProtocolMetadata = defineEndpoint({
  ...lookup,
  ...pathsOf('protocol/:protocol'),
  params: protocol,
  response: JsonObject,
  errors: ['M_NOT_FOUND'],
});

/** Rooms that lead to a place of a network; the fields of the query are the network's. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartylocationprotocol */
export const queryLocationByProtocol = defineEndpoint({
  ...lookup,
  ...pathsOf('location/:protocol'),
  params: protocol,
  response: Type.Array(JsonObject),
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});

/** Users who stand for a person of a network; the fields of the query are the network's. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyuserprotocol */
export const queryUserByProtocol = defineEndpoint({
  ...lookup,
  ...pathsOf('user/:protocol'),
  params: protocol,
  response: Type.Array(JsonObject),
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});

/** Places of networks that a room leads to. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartylocation */
export const queryLocationByAlias = defineEndpoint({
  ...lookup,
  ...pathsOf('location'),
  query: Type.Object({ alias: Identifier }),
  response: Type.Array(JsonObject),
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});

/** People of networks that a user stands for. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyuser */
export const queryUserByID = defineEndpoint({
  ...lookup,
  ...pathsOf('user'),
  query: Type.Object({ userid: Identifier }),
  response: Type.Array(JsonObject),
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});
