import { startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface Page {
  readonly users: readonly { readonly name: string }[];
  readonly total: number;
  readonly next_token?: string;
}

let homeserver: TestHomeserver;
let admin: TestClient;
beforeAll(async () => {
  homeserver = await startHomeserver();
  admin = homeserver.as(await homeserver.registerAdministrator('admin'));
  for (const name of ['anna', 'bernd', 'clara', 'dora']) {
    homeserver.clock.advance(1000);
    await homeserver.register(name);
  }
  await homeserver.anonymous.post('/register?kind=guest');
  const put = async (name: string, body: object) => admin.put(`/_synapse/admin/v2/users/@${name}:test.example`, body);
  await put('anna', { displayname: 'Zoë Zimmer' });
  await put('bernd', { deactivated: true });
  await put('clara', { locked: true });
  await put('dora', { user_type: 'bot' });
});
afterAll(async () => homeserver.stop());

const list = async (query: string, version = 2): Promise<Page> =>
  admin.get(`/_synapse/admin/v${version}/users?${query}`);
const names = async (query: string, version = 2): Promise<readonly string[]> =>
  (await list(query, version)).users.map(({ name }) => name.split(':')[0] ?? '');

test('everybody is in the list but ended and locked accounts, in the order of their user ids', async () => {
  const page = await list('guests=false');
  expect(page).toEqual({
    total: 3,
    users: ['admin', 'anna', 'dora'].map((name) => expect.objectContaining({ name: `@${name}:test.example` })),
  });
  expect(page.users[1]).toEqual({
    name: '@anna:test.example',
    is_guest: false,
    admin: false,
    user_type: null,
    deactivated: false,
    erased: false,
    shadow_banned: false,
    displayname: 'Zoë Zimmer',
    avatar_url: null,
    creation_ts: expect.any(Number),
    last_seen_ts: expect.any(Number),
    locked: false,
    suspended: false,
  });
  expect((await list('')).total).toBe(4);
});

test('the filters narrow it, each on its own and together', async () => {
  const all = ['@admin', '@anna', '@bernd', '@clara', '@dora'];
  expect(await names('guests=false&deactivated=true&locked=true')).toEqual(all);
  expect(await names('guests=false&locked=true')).toEqual(all.filter((name) => name !== '@bernd'));
  expect(await names('guests=false&locked=true', 3)).toEqual(all);
  expect(await names('guests=false&locked=true&deactivated=true', 3)).toEqual(['@bernd']);
  expect(await names('guests=false&deactivated=false', 3)).toEqual(['@admin', '@anna', '@dora']);
  expect(await names('admins=true')).toEqual(['@admin']);
  expect(await names('admins=false&guests=false')).toEqual(['@anna', '@dora']);
  expect(await names('guests=false&not_user_type=bot')).toEqual(['@admin', '@anna']);
  expect(await names('not_user_type=')).toEqual(['@dora']);
  expect(await names('not_user_type=&not_user_type=bot')).toEqual([]);
});

test('people are found by parts of their names, whatever the case, and by parts of their user ids', async () => {
  for (const part of ['zimm', 'ZOE', 'zo%C3%AB']) expect(await names(`name=${part}`)).toEqual(['@anna']);
  expect(await names('name=ADMI')).toEqual(['@admin']);
  // The server's name is part of every user id, and no localpart.
  expect(await names('name=example')).toEqual([]);
  expect(await names('guests=false&user_id=test.example')).toEqual(['@admin', '@anna', '@dora']);
  expect(await names('user_id=anna&name=dora')).toEqual(['@dora']);
  expect(await names('name=%25')).toEqual([]);
  expect(await names('name=&user_id=anna')).toEqual(['@anna']);
});

test('pages neither repeat nor miss anybody, in every order and direction', async () => {
  const orders = [
    ...['name', 'is_guest', 'admin', 'user_type', 'deactivated', 'shadow_banned', 'displayname', 'avatar_url'],
    ...['creation_ts', 'last_seen_ts', 'locked', 'suspended', 'erased'],
  ];
  for (const order of orders) {
    for (const direction of ['f', 'b']) {
      const seen: string[] = [];
      for (let from: string | undefined = '0'; from !== undefined;) {
        const query = `order_by=${order}&dir=${direction}&limit=2&from=${from}&deactivated=true&locked=true`;
        const page: Page = await list(query);
        expect(page.total).toBe(6);
        seen.push(...page.users.map(({ name }) => name));
        from = page.next_token;
      }
      expect([order, new Set(seen).size, seen.length]).toEqual([order, 6, 6]);
    }
  }
  expect((await names('order_by=creation_ts&dir=b&guests=false'))[0]).toBe('@dora');
  expect(await list('from=100')).toEqual({ users: [], total: 4 });
});

test('what is no page is refused, and so is everybody who is no administrator', async () => {
  for (const query of [
    'limit=0',
    'limit=1001',
    'from=-1',
    'from=x',
    'order_by=password',
    'dir=x',
    'guests=maybe',
    'name=%00',
  ])
    expect((await admin.try('GET', `/_synapse/admin/v2/users?${query}`)).body['errcode']).toBe('M_INVALID_PARAM');
  const asEva = homeserver.as(await homeserver.register('eva'));
  for (const version of [2, 3])
    expect(await asEva.try('GET', `/_synapse/admin/v${version}/users`)).toMatchObject({
      status: 403,
      body: { errcode: 'M_FORBIDDEN' },
    });
});
