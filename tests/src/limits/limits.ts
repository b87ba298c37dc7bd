import type { Answer, TestClient, TestHomeserver, TestUser } from '@stafette/testkit';

/** Who asks, and where. */
export interface LimitWorld {
  readonly homeserver: TestHomeserver;
  readonly user: TestUser;
  readonly client: TestClient;
  /** A public room of the user's. */
  readonly room: string;
}

export interface Limit {
  readonly name: string;
  readonly value: number;
  readonly unit: 'bytes' | 'characters' | 'levels' | 'for each account' | 'for each device' | 'in one request';
  /** What a client gets that goes one beyond. */
  readonly refusal: { readonly status: number; readonly errcode: string };
  /** Asks for something of this size, or for the so-manieth of its kind. */
  readonly ask: (world: LimitWorld, size: number) => Promise<Answer>;
  /** Kept for each account or device: so many are asked for one after the other, by somebody new. */
  readonly isCount?: boolean;
}

const INVALID = { status: 400, errcode: 'M_INVALID_PARAM' };
const BAD = { status: 400, errcode: 'M_BAD_JSON' };
const LARGE = { status: 413, errcode: 'M_TOO_LARGE' };

const text = (length: number): string => 'x'.repeat(length);
const me = ({ user }: LimitWorld): string => encodeURIComponent(user.userId);

const send = async ({ client, room }: LimitWorld, type: string, txnId: string, content: object): Promise<Answer> =>
  client.try('PUT', `${room}/send/${encodeURIComponent(type)}/${encodeURIComponent(txnId)}`, content);

/** An object that nests so many levels deep, itself counted. */
const nested = (levels: number): object => (levels === 1 ? {} : { a: nested(levels - 1) });

/**
 * What the server takes from a client at most. Each is probed at its value and one beyond; the reference is generated from
 * this table. Sizes of the event itself are the specification's; the rest is ours.
 */
export const LIMITS: readonly Limit[] = [
  {
    name: 'JSON body, where the operation allows no more',
    value: 1024 * 1024,
    unit: 'bytes',
    refusal: LARGE,
    ask: ({ client }, size) => {
      const frame = JSON.stringify({ search_term: 'a', padding: '' }).length;
      return client.try('POST', '/user_directory/search', { search_term: 'a', padding: text(size - frame) });
    },
  },
  {
    name: 'nesting of a JSON body',
    value: 100,
    unit: 'levels',
    refusal: BAD,
    ask: ({ client, ...world }, size) =>
      client.try('PUT', `/user/${me({ client, ...world })}/account_data/org.example.deep`, nested(size)),
  },
  {
    name: 'type of an event',
    value: 255,
    unit: 'bytes',
    refusal: LARGE,
    ask: (world, size) => send(world, text(size), `type${size}`, {}),
  },
  {
    name: 'state key',
    value: 255,
    unit: 'bytes',
    refusal: LARGE,
    ask: ({ client, room }, size) => client.try('PUT', `${room}/state/org.example.state/${text(size)}`, {}),
  },
  {
    name: 'transaction id',
    value: 255,
    unit: 'characters',
    refusal: INVALID,
    ask: (world, size) => send(world, 'm.room.message', text(size), { msgtype: 'm.text', body: 'a' }),
  },
  {
    name: 'display name',
    value: 256,
    unit: 'characters',
    refusal: INVALID,
    ask: ({ client, ...world }, size) =>
      client.try('PUT', `/profile/${me({ client, ...world })}/displayname`, { displayname: text(size) }),
  },
  {
    name: 'address of an avatar',
    value: 1000,
    unit: 'characters',
    refusal: INVALID,
    ask: ({ client, ...world }, size) =>
      client.try('PUT', `/profile/${me({ client, ...world })}/avatar_url`, { avatar_url: `mxc://${text(size - 6)}` }),
  },
  {
    name: 'status message',
    value: 512,
    unit: 'characters',
    refusal: BAD,
    ask: ({ client, ...world }, size) =>
      client.try('PUT', `/presence/${me({ client, ...world })}/status`, { presence: 'online', status_msg: text(size) }),
  },
  {
    name: 'name of a profile field',
    value: 255,
    unit: 'bytes',
    refusal: { status: 400, errcode: 'M_KEY_TOO_LARGE' },
    ask: ({ client, ...world }, size) =>
      client.try('PUT', `/profile/${me({ client, ...world })}/${text(size)}`, { [text(size)]: 'a' }),
  },
  {
    name: 'password',
    value: 512,
    unit: 'characters',
    refusal: { status: 400, errcode: 'M_WEAK_PASSWORD' },
    ask: ({ homeserver }, size) =>
      homeserver.anonymous.try('POST', '/register', {
        username: `password${size}`,
        password: `a-b-1${text(size - 5)}`,
        auth: { type: 'm.login.dummy' },
      }),
  },
  {
    name: 'type of account data',
    value: 255,
    unit: 'characters',
    refusal: INVALID,
    ask: ({ client, ...world }, size) =>
      client.try('PUT', `/user/${me({ client, ...world })}/account_data/${text(size)}`, {}),
  },
  {
    name: 'name of a tag',
    value: 255,
    unit: 'bytes',
    refusal: INVALID,
    ask: ({ client, room, ...world }, size) =>
      client.try('PUT', `/user/${me({ client, room, ...world })}${room}/tags/${text(size)}`, { order: 0.5 }),
  },
  {
    name: 'message to a device, as stored',
    value: 65_536,
    unit: 'characters',
    refusal: LARGE,
    ask: ({ client, user }, size) => {
      const frame = JSON.stringify({ content: { a: '' }, sender: user.userId, type: 'm.sample' }).length;
      const messages = { [user.userId]: { [user.deviceId]: { a: text(size - frame) } } };
      return client.try('PUT', `/sendToDevice/m.sample/size${size}`, { messages });
    },
  },
  {
    name: 'one-time keys',
    value: 1000,
    unit: 'for each device',
    refusal: INVALID,
    ask: ({ client }, size) => {
      const keys = Array.from({ length: size }, (_, index) => [`signed_curve25519:${size}-${index}`, 'a']);
      return client.try('POST', '/keys/upload', { one_time_keys: Object.fromEntries(keys) });
    },
  },
  {
    name: 'pushers',
    value: 100,
    unit: 'for each account',
    refusal: { status: 400, errcode: 'M_UNKNOWN' },
    isCount: true,
    ask: ({ client }, number) =>
      client.try('POST', '/pushers/set', {
        kind: 'http',
        app_id: 'org.example.app',
        pushkey: `key${number}`,
        app_display_name: 'App',
        device_display_name: 'Phone',
        lang: 'de',
        data: { url: 'https://push.example.org/_matrix/push/v1/notify' },
      }),
  },
  {
    name: 'filters',
    value: 1000,
    unit: 'for each account',
    refusal: { status: 403, errcode: 'M_FORBIDDEN' },
    isCount: true,
    ask: ({ client, ...world }, number) =>
      client.try('POST', `/user/${me({ client, ...world })}/filter`, { room: { timeline: { limit: number } } }),
  },
  {
    name: 'files announced and not uploaded yet',
    value: 100,
    unit: 'for each account',
    refusal: { status: 429, errcode: 'M_LIMIT_EXCEEDED' },
    isCount: true,
    ask: ({ client }) => client.try('POST', '/_matrix/media/v1/create', {}),
  },
  {
    name: 'words to search for, in the directory of people',
    value: 1024,
    unit: 'characters',
    refusal: BAD,
    ask: ({ client }, size) => client.try('POST', '/user_directory/search', { search_term: text(size) }),
  },
];
