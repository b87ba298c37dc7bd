import type { EndpointDefinition } from '@stafette/contracts';
import { SeededRandom, type Method } from '@stafette/testkit';
import { generateValue, type KnownValues } from '../generate/generate-value.ts';

export interface SampleRequest {
  readonly method: Method;
  readonly path: string;
  readonly body: unknown;
}

interface Sample {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type MakeSample = (known: (name: string) => string) => Sample;

const PUSH_RULE = { kind: 'override', ruleId: 'sample' };
const PASSWORD_AUTH: MakeSample = (known) => ({
  body: {
    auth: {
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user: known('userId') },
      password: known('password'),
    },
  },
});
const withPassword =
  (body: object): MakeSample =>
  (known) => ({ body: { ...body, ...(PASSWORD_AUTH(known).body as object) } });

const EMAIL_TOKEN: MakeSample = () => ({
  body: { client_secret: 'secret', email: 'anna@agency.example', send_attempt: 1 },
});
const NOTICE: MakeSample = (known) => ({
  body: { user_id: known('userId'), content: { msgtype: 'm.text', body: 'x' } },
});

/** Where a generated request would not be a sensible one. */
const SAMPLES: Readonly<Record<string, MakeSample>> = {
  changeSynapseAdministrator: () => ({ body: { admin: true } }),
  changeSynapseFeatures: () => ({ body: { features: {} } }),
  checkSynapseUsername: () => ({ query: { username: 'free' } }),
  changePassword: withPassword({ new_password: 'another-password-1' }),
  confirmEmail: () => ({ query: { sid: 'none', token: 'none' } }),
  createRoom: () => ({ body: { name: 'Another room' } }),
  deactivateAccount: PASSWORD_AUTH,
  deleteDevice: PASSWORD_AUTH,
  deleteDevices: withPassword({ devices: ['NOSUCHDEVICE'] }),
  deleteInvitation: () => ({ params: { id: '1' } }),
  deleteProfileField: () => ({ params: { keyName: 'displayname' } }),
  deletePushRule: () => ({ params: PUSH_RULE }),
  generateLoginToken: PASSWORD_AUTH,
  getEventByTimestamp: () => ({ query: { ts: '0', dir: 'f' } }),
  getFilter: () => ({ params: { filterId: '0' } }),
  getKeysChanges: (known) => ({ query: { from: known('since'), to: known('since') } }),
  getMutualRooms: (known) => ({ query: { user_id: known('user_id') } }),
  getProfileField: () => ({ params: { keyName: 'displayname' } }),
  getPushRule: () => ({ params: { kind: 'override', ruleId: '.m.rule.master' } }),
  getPushRuleActions: () => ({ params: { kind: 'override', ruleId: '.m.rule.master' } }),
  getContentThumbnail: () => ({ query: { width: '32', height: '32' } }),
  getContentThumbnailAuthed: () => ({ query: { width: '32', height: '32' } }),
  getRelatingEventsWithRelType: () => ({ params: { relType: 'm.annotation' } }),
  getRelatingEventsWithRelTypeAndEventType: () => ({ params: { relType: 'm.annotation', eventType: 'm.reaction' } }),
  getRoomEvents: () => ({ query: { dir: 'b' } }),
  getRoomStateWithKey: () => ({ params: { eventType: 'm.room.name', stateKey: '' } }),
  getSynapseEventReport: () => ({ params: { reportId: '1' } }),
  getThreadSubscription: (known) => ({ params: { threadRoot: known('eventId') } }),
  inviteUser: (known) => ({ body: { user_id: known('outsiderId') } }),
  isPushRuleEnabled: () => ({ params: { kind: 'override', ruleId: '.m.rule.master' } }),
  login: () => ({
    body: { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'nobody' }, password: 'wrong' },
  }),
  postPusher: () => ({
    body: {
      kind: 'http',
      app_id: 'org.example.app',
      pushkey: 'key',
      app_display_name: 'App',
      device_display_name: 'Phone',
      lang: 'de',
      data: { url: 'https://push.example.org/_matrix/push/v1/notify' },
    },
  }),
  postReceipt: () => ({ params: { receiptType: 'm.read' } }),
  postRoomKeysVersion: () => ({
    body: { algorithm: 'm.megolm_backup.v1.curve25519-aes-sha2', auth_data: { public_key: 'abcdefg', signatures: {} } },
  }),
  purgeSynapseHistory: () => ({ body: { purge_up_to_ts: 1 } }),
  putDehydratedDevice: (known) => ({
    body: {
      device_id: 'DEHYDRATED',
      device_data: {},
      device_keys: { user_id: known('userId'), device_id: 'DEHYDRATED', algorithms: [], keys: {} },
    },
  }),
  redactSynapseUser: () => ({ body: { rooms: [] } }),
  redirectToIdP: () => ({ params: { idpId: 'stafette' }, query: { redirectUrl: 'https://app.example.org/' } }),
  redirectToSSO: () => ({ query: { redirectUrl: 'https://app.example.org/' } }),
  requestTokenTo3PIDEmail: EMAIL_TOKEN,
  requestTokenToRegisterEmail: EMAIL_TOKEN,
  requestTokenToResetPasswordEmail: EMAIL_TOKEN,
  refresh: () => ({ body: { refresh_token: 'not-a-token' } }),
  registerOAuthClient: () => ({
    body: { client_uri: 'https://app.example.org/', redirect_uris: ['https://app.example.org/callback'] },
  }),
  register: (known) => ({
    body: { username: `new-${known('name')}`, password: 'newcomer-password-1', auth: { type: 'm.login.dummy' } },
  }),
  search: () => ({ body: { search_categories: { room_events: { search_term: 'members' } } } }),
  removeSynapseEventReport: () => ({ params: { reportId: '1' } }),
  scheduleDelayedEvent: () => ({ body: { delay_ms: 60_000, content: {} } }),
  resetSynapsePassword: () => ({ body: { new_password: 'another-password-1' } }),
  sendMessage: () => ({
    params: { eventType: 'm.room.message', txnId: 'once' },
    body: { msgtype: 'm.text', body: 'Guten Tag' },
  }),
  sendServerNotice: NOTICE,
  sendServerNoticeOnce: NOTICE,
  sendToDevice: (known) => ({
    params: { eventType: 'm.sample' },
    body: { messages: { [known('user_id')]: { '*': {} } } },
  }),
  setAccountData: () => ({ params: { type: 'org.example.data' } }),
  setProfileField: () => ({ params: { keyName: 'displayname' }, body: { displayname: 'A name' } }),
  setPushRule: () => ({ params: PUSH_RULE, body: { actions: ['notify'], conditions: [] } }),
  setPushRuleActions: () => ({ params: { kind: 'override', ruleId: '.m.rule.master' }, body: { actions: ['notify'] } }),
  setPushRuleEnabled: () => ({ params: { kind: 'override', ruleId: '.m.rule.master' }, body: { enabled: false } }),
  setReadMarker: (known) => ({ body: { 'm.fully_read': known('eventId') } }),
  setRoomAlias: (known) => ({ params: { roomAlias: known('freeAlias') } }),
  setRoomStateWithKey: () => ({ params: { eventType: 'm.room.topic', stateKey: '' }, body: { topic: 'A topic' } }),
  setRoomTag: () => ({ params: { tag: 'm.favourite' }, body: { order: 0.5 } }),
  setRoomVisibilityOnDirectory: () => ({ body: { visibility: 'public' } }),
  simplifiedSlidingSync: () => ({
    body: { lists: { all: { ranges: [[0, 99]], timeline_limit: 50, required_state: [['*', '*']] } } },
  }),
  slidingSync: () => ({ body: { lists: { all: { timeline_limit: 50, required_state: { include: [{}] } } } } }),
  subscribeThread: (known) => ({ params: { threadRoot: known('eventId') }, body: {} }),
  showSignUp: () => ({ query: { continue: '/_stafette/account' } }),
  showSso: () => ({ query: { redirectUrl: 'https://app.example.org/' } }),
  sync: () => ({ query: { timeout: '0' } }),
  unban: (known) => ({ body: { user_id: known('outcastId') } }),
  updateDelayedEvent: () => ({ body: { action: 'cancel' } }),
  unsubscribeThread: (known) => ({ params: { threadRoot: known('eventId') } }),
  upgradeRoom: () => ({ body: { new_version: '11' } }),
  uploadCrossSigningKeys: PASSWORD_AUTH,
};

/** Members of forms are text. */
const encode = ({ form }: EndpointDefinition, body: unknown): unknown =>
  form === true ? new URLSearchParams(Object.entries(body as Record<string, string>)) : body;

/** A valid request to the endpoint, with as little in it as its contract allows. */
export function makeSampleRequest(
  operationId: string,
  endpoint: EndpointDefinition,
  known: KnownValues,
): SampleRequest {
  const sample = SAMPLES[operationId]?.((name) => known[name]?.[0] ?? '') ?? {};
  // Seeded by the name, so that one operation more changes nothing for the others.
  const options = { random: new SeededRandom(operationId), known, optionalPercent: 0 };
  const path = endpoint.path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) =>
    encodeURIComponent(sample.params?.[name] ?? known[name]?.[0] ?? 'sample'),
  );
  const generated = endpoint.query === undefined ? {} : generateValue(endpoint.query, '', options);
  const query = new URLSearchParams(
    Object.entries({ ...(generated as object), ...sample.query }).map(([name, value]) => [name, String(value)]),
  );
  const body = sample.body ?? (endpoint.body === undefined ? undefined : generateValue(endpoint.body, '', options));
  return {
    method: endpoint.method,
    path: query.size === 0 ? path : `${path}?${query.toString()}`,
    body: endpoint.method === 'GET' ? undefined : encode(endpoint, body ?? {}),
  };
}
