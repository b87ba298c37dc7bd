import type { IncomingMessage } from 'node:http';
import { invalidParam, type clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { ThirdParty } from '../third-party.ts';

const MAX_FIELDS = 20;
const MAX_FIELD_CHARS = 255;
/** Members of the query that say who asks, and are nobody else's business. */
const OUR_OWN = ['access_token', 'user_id', 'device_id', 'org.matrix.msc3202.device_id'] as const;

/** The fields of a query, whose names are the network's. */
function fieldsOf({ url = '' }: IncomingMessage): URLSearchParams {
  const start = url.indexOf('?');
  const fields = new URLSearchParams(start < 0 ? '' : url.slice(start));
  for (const name of OUR_OWN) fields.delete(name);
  const isTooLong = [...fields].some(([name, value]) => name.length + value.length > MAX_FIELD_CHARS);
  if (fields.size > MAX_FIELDS || isTooLong) throw invalidParam('The query has too many fields, or too long ones');
  return fields;
}

export const getProtocols =
  (thirdParty: ThirdParty): Handler<typeof clientServer.getProtocols> =>
  async () =>
    thirdParty.listProtocols();

export const getProtocolMetadata =
  (thirdParty: ThirdParty): Handler<typeof clientServer.getProtocolMetadata> =>
  async ({ params }) =>
    thirdParty.getProtocol(params.protocol);

export const queryLocationByProtocol =
  (thirdParty: ThirdParty): Handler<typeof clientServer.queryLocationByProtocol> =>
  async ({ params, raw }) =>
    thirdParty.search('location', params.protocol, fieldsOf(raw));

export const queryUserByProtocol =
  (thirdParty: ThirdParty): Handler<typeof clientServer.queryUserByProtocol> =>
  async ({ params, raw }) =>
    thirdParty.search('user', params.protocol, fieldsOf(raw));

export const queryLocationByAlias =
  (thirdParty: ThirdParty): Handler<typeof clientServer.queryLocationByAlias> =>
  async ({ query }) =>
    thirdParty.reverse('location', query.alias);

export const queryUserByID =
  (thirdParty: ThirdParty): Handler<typeof clientServer.queryUserByID> =>
  async ({ query }) =>
    thirdParty.reverse('user', query.userid);
