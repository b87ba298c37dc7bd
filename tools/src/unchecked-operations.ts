import { readFileSync } from 'node:fs';
import { clientServer, federation, type EndpointDefinition } from '@stafette/contracts';
import { findSpecification, readOperations } from '@stafette/testkit/specification';

const routeOf = (method: string, path: string): string => `${method} ${path.replaceAll(/:\w+|\{\w+\}/g, '{}')}`;

/** Operations without a successful answer to compare, and why there is none. */
const WITHOUT_ANSWER: Readonly<Record<string, string>> = {
  'POST /_matrix/client/v3/account/3pid': 'identity servers are not supported: refused',
  'POST /_matrix/client/v3/account/3pid/bind': 'identity servers are not supported: refused',
  'POST /_matrix/client/v3/account/3pid/msisdn/requestToken': 'numbers of telephones are not supported: refused',
  'POST /_matrix/client/v3/account/password/msisdn/requestToken': 'numbers of telephones are not supported: refused',
  'POST /_matrix/client/v3/register/msisdn/requestToken': 'numbers of telephones are not supported: refused',
  'GET /_matrix/client/v1/media/thumbnail/{serverName}/{mediaId}': 'a picture',
  'GET /_matrix/media/v3/thumbnail/{serverName}/{mediaId}': 'a picture',
  'PUT /_matrix/media/v3/upload/{serverName}/{mediaId}':
    'its request is a file, which the client of the tests does not send',
  'GET /_matrix/client/v3/login/sso/redirect': 'leads to a page',
  'GET /_matrix/client/v3/login/sso/redirect/{idpId}': 'leads to a page',
  'GET /.well-known/matrix/support': 'there is no setting for it yet: not found',
};

/**
 * Operations of the specification that this server answers, of which a whole test run saw no successful answer that it
 * could compare with the specification. `checkedFile` is what the run wrote.
 */
export function listUncheckedOperations(checkedFile: string): readonly string[] {
  const specification = findSpecification();
  if (specification === undefined) return [];
  const checked = new Set(readFileSync(checkedFile, 'utf8').split('\n'));
  const endpoints: readonly EndpointDefinition[] = [...Object.values(clientServer), ...Object.values(federation)];
  const answered = new Set(
    endpoints.flatMap(({ method, path, aliases = [] }) => [path, ...aliases].map((each) => routeOf(method, each))),
  );
  return ['client-server', 'server-server']
    .flatMap((api) => readOperations(specification, api))
    .filter(({ method, path }) => answered.has(routeOf(method, path)))
    .map(({ method, path }) => `${method} ${path}`)
    .filter((operation) => !checked.has(operation) && WITHOUT_ANSWER[operation] === undefined);
}
