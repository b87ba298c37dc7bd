import type { EndpointDefinition } from '@stafette/contracts';
import type { SeededRandom } from '@stafette/testkit';
import { generateValue, type GenerateOptions } from '../generate/generate-value.ts';
import { hostileValue, mutate } from './hostile-values.ts';

/** A request as it goes over the wire. */
export interface HostileRequest {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

const ODD_METHODS = ['PATCH', 'HEAD', 'OPTIONS', 'DELETE', 'POST'] as const;
const CONTENT_TYPES = [
  'text/plain',
  'application/json; charset=utf-16',
  'multipart/form-data',
  '',
  'application/x-www-form-urlencoded',
  ';;;',
] as const;
const BAD_SEGMENTS = [
  '%',
  '%zz',
  '%00',
  '%c0%80',
  '%ed%a0%80',
  '%2e%2e',
  '%2F',
  '%25',
  '.',
  '..',
  '%0d%0aX: y',
  '%ff',
] as const;
const BAD_QUERIES = [
  '&&&=',
  'timeout=-1',
  'limit=1e9',
  'limit[]=1',
  'a=%',
  'from=%00',
  'filter=%7B',
  'since=s',
  '__proto__=1',
  'limit=1&limit=2',
] as const;

/** Text for JSON that JSON.stringify would never write. */
const BROKEN_BODIES: readonly Buffer[] = [
  '',
  ' ',
  '{',
  '{}}',
  '[',
  '"',
  'nul',
  'NaN',
  '{"a":1,"a":2}',
  '{"a":1e999}',
  '{"a":0.1}',
  '{"a":-0}',
  '{"a":"\\ud800"}',
  '{"a":"\\u0000"}',
  "{'a':1}",
  '{"a":1,}',
  '\ufeff{}',
  `${'['.repeat(100_000)}`,
  `{"a":"${'x'.repeat(200_000)}"}`,
].map((text) => Buffer.from(text));
const NOT_UTF8 = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);

const percent = (random: SeededRandom, chance: number): boolean => random.integer(100) < chance;

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // A lone surrogate has no percent encoding.
  return encodeURIComponent(text.toWellFormed()).slice(0, 8_000);
}

function makePath({ path, aliases, params }: EndpointDefinition, options: GenerateOptions): string {
  const { random } = options;
  return random.pick([path, path, ...(aliases ?? [])]).replaceAll(/:([A-Za-z]+)/g, (_, name: string) => {
    if (percent(random, 5)) return random.pick(BAD_SEGMENTS);
    if (percent(random, 10)) return textOf(hostileValue(random));
    const schema = params?.properties[name];
    return textOf(schema === undefined ? name : generateValue(schema, name, options));
  });
}

function makeQuery({ query }: EndpointDefinition, options: GenerateOptions): string {
  const { random } = options;
  if (percent(random, 8)) return `?${random.pick(BAD_QUERIES)}`;
  const parts: string[] = [];
  for (const [name, schema] of Object.entries(query?.properties ?? {})) {
    if (!percent(random, 40)) continue;
    const value = percent(random, 25) ? hostileValue(random) : generateValue(schema, name, options);
    // A long poll would only wait.
    parts.push(`${name}=${name === 'timeout' ? '0' : textOf(value).slice(0, 2_000)}`);
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** A form of whatever it is; members that are not text are spelled as JSON. */
const formText = (value: unknown): string =>
  Object.entries(typeof value === 'object' && value !== null ? value : { value })
    .map(([name, member]) => `${textOf(name)}=${textOf(member)}`)
    .join('&');

function makeBody(endpoint: EndpointDefinition, options: GenerateOptions): Buffer | undefined {
  const { random } = options;
  if (endpoint.rawBody === true)
    return percent(random, 50) ? NOT_UTF8 : Buffer.from(random.bytes(random.integer(5_000)));
  if (endpoint.method === 'GET' && !percent(random, 3)) return undefined;
  if (percent(random, 6)) return percent(random, 10) ? NOT_UTF8 : random.pick(BROKEN_BODIES);
  if (endpoint.body === undefined && !percent(random, 20)) return undefined;
  const valid = endpoint.body === undefined ? {} : generateValue(endpoint.body, '', options);
  const sent = percent(random, 60) ? mutate(valid, random) : valid;
  return Buffer.from(endpoint.form === true ? formText(sent) : (JSON.stringify(sent) ?? 'null'));
}

/** How the request proves who asks. */
export interface Credentials {
  readonly accessToken: string;
  /** The signature of another server over a request with this body. */
  readonly sign: (method: string, path: string, body: Buffer | undefined) => string;
}

/** Headers with which something is wrong besides the signature. */
const oddSignature = (signature: string, random: SeededRandom): string =>
  random.pick([
    'X-Matrix',
    'X-Matrix origin=',
    `X-Matrix ${'a=b,'.repeat(1_000)}`,
    `X-Matrix origin="${'\\'.repeat(1_000)}`,
    `${signature},origin="other.example"`,
    signature.replace('X-Matrix', 'Bearer'),
    signature.replace(/sig="[^"]*"/, 'sig="AAAA"'),
    signature.replace(/key="[^"]*"/, 'key="ed25519:other"'),
    signature.replace(
      /origin="[^"]*"/,
      `origin="${random.pick(['127.0.0.1:1', '[::1]:1', '__proto__', 'x'.repeat(300)])}"`,
    ),
  ]);

function makeHeaders(authorization: string, random: SeededRandom): Record<string, string> {
  const headers: Record<string, string> = {};
  if (!percent(random, 3))
    headers['authorization'] = percent(random, 3)
      ? random.pick(['Bearer', 'Bearer ', 'Basic x', 'Bearer ä\t', 'bearer a b'])
      : authorization;
  headers['content-type'] = percent(random, 5) ? random.pick(CONTENT_TYPES) : 'application/json';
  if (percent(random, 2)) headers['x-filler'] = 'x'.repeat(random.pick([8_000, 20_000]));
  if (percent(random, 2)) headers['content-encoding'] = random.pick(['gzip', 'br', 'x']);
  if (percent(random, 2)) headers['range'] = random.pick(['bytes=0-', 'bytes=-1', 'bytes=9-1', 'x', 'bytes=0-0,1-1']);
  if (percent(random, 2)) headers['if-none-match'] = random.pick(['*', '"x"', 'W/', '']);
  if (percent(random, 2)) headers['x-forwarded-for'] = random.pick(['1.2.3.4', 'x', '::1, ,', '999.1.1.1']);
  return headers;
}

/** A request to an endpoint: mostly plausible, so that it gets past the first check, with something wrong somewhere. */
export function makeHostileRequest(
  operationId: string,
  endpoint: EndpointDefinition,
  { accessToken, sign }: Credentials,
  options: GenerateOptions,
): HostileRequest {
  const { random } = options;
  const method = percent(random, 2) ? random.pick(ODD_METHODS) : endpoint.method;
  const path = `${makePath(endpoint, options)}${makeQuery(endpoint, options)}`;
  const body = makeBody(endpoint, options);
  const signature = endpoint.auth === 'serverSignature' ? sign(method, path, body) : undefined;
  const odd = signature !== undefined && percent(random, 10) ? oddSignature(signature, random) : signature;
  return { operationId, method, path, headers: makeHeaders(odd ?? `Bearer ${accessToken}`, random), body };
}
