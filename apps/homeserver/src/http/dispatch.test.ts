import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dispatch } from './dispatch.ts';
import { Listener, type RequestHandler } from './listener.ts';

const says =
  (text: string): RequestHandler =>
  (_request, response) =>
    void response.end(text);
const agency = new Listener();
const bare = new Listener();
let agencyUrl: string;
let bareUrl: string;

beforeAll(async () => {
  agency.use(dispatch({ api: says('api'), setup: says('setup'), web: says('web') }));
  bare.use(dispatch({ api: says('api'), setup: undefined, web: undefined }));
  agencyUrl = `http://127.0.0.1:${await agency.listen({ host: '127.0.0.1', port: 0 })}`;
  bareUrl = `http://127.0.0.1:${await bare.listen({ host: '127.0.0.1', port: 0 })}`;
});
afterAll(async () => Promise.all([agency.close(0), bare.close(0)]));

describe('a request goes to the application of its path', () => {
  test.each([
    ['/_matrix/client/versions', 'api'],
    ['/_matrix', 'api'],
    ['/_synapse/admin/v1/register', 'api'],
    ['/_stafette/v1/me', 'api'],
    ['/.well-known/matrix/client', 'api'],
    ['/_stafette/setup', 'setup'],
    ['/_stafette/setup?x=1', 'setup'],
    ['/_stafette/setups', 'api'],
    ['/health', 'OK'],
    ['/healthy', 'web'],
    ['/', 'web'],
    ['/setup', 'web'],
    ['/_matrixlike', 'web'],
  ])('%s to %s', async (path, application) => {
    expect(await (await fetch(agencyUrl + path)).text()).toBe(application);
  });
});

test('without a web client and a set-up the interfaces answer for everything, so that refusals look alike', async () => {
  for (const path of ['/', '/setup', '/_stafette/setup'])
    expect(await (await fetch(bareUrl + path)).text()).toBe('api');
});
