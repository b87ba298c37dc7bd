import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readPattern } from './namespace-pattern.ts';
import { readRegistrations } from './read-directory.ts';
import { readRegistration } from './read-registration.ts';

const directory = mkdtempSync(join(tmpdir(), 'stafette-appservices-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const GOOD = {
  id: 'irc',
  url: 'http://127.0.0.1:1234/',
  as_token: 'as-secret',
  hs_token: 'hs-secret',
  sender_localpart: '_irc_bot',
  namespaces: { users: [{ exclusive: true, regex: '@_irc_.*' }], aliases: [], rooms: [] },
};
const problemsOf = (changes: object): readonly string[] =>
  readRegistration(stringify({ ...GOOD, ...changes }), 'irc.yaml').problems;

test('a registration as the specification shows it is read', () => {
  const { registration, problems, warnings } = readRegistration(stringify(GOOD), 'irc.yaml');
  expect([problems, warnings]).toEqual([[], []]);
  expect(registration).toMatchObject({
    id: 'irc',
    url: 'http://127.0.0.1:1234',
    isRateLimited: true,
    ephemeral: { stable: false, unstable: false },
  });
  expect(registration?.namespaces.users[0]?.test('@_irc_anna:example.org')).toBe(true);
  expect(registration?.namespaces.users[0]?.test('@anna_@_irc_:example.org')).toBe(false);
});

test.each([
  [{ id: undefined }, '"id" must be a name'],
  [{ id: 5 }, '"id" must be a name'],
  [{ url: 'ftp://example.org' }, '"url" must be an http or https address, or null'],
  [{ url: undefined }, '"url" must be an http or https address, or null'],
  [{ as_token: 'with space' }, '"as_token" must be a token without spaces'],
  [{ hs_token: '' }, '"hs_token" must be a token without spaces'],
  [{ sender_localpart: '@bot:example.org' }, '"sender_localpart" must be the localpart of a user id, like _irc_bot'],
  [{ namespaces: { users: 'all' } }, '"namespaces.users" must be a list of at most 100 namespaces'],
  [
    { namespaces: { users: [{ regex: '@a' }] } },
    '"namespaces.users[0]" must have a "regex" and an "exclusive" that is true or false',
  ],
  [
    { namespaces: { rooms: [{ regex: '(', exclusive: false }] } },
    '"namespaces.rooms[0].regex" is refused, as it is no regular expression',
  ],
  [{ rate_limited: 'no' }, '"rate_limited" must be true or false'],
  [{ protocols: [5] }, '"protocols" must be a list of at most 100 names'],
])('%j is refused', (changes, problem) => {
  expect(problemsOf(changes)).toEqual([`irc.yaml: ${problem}`]);
});

test('everything that is wrong is said at once, and no token with it', () => {
  const problems = problemsOf({ id: '', url: 5, as_token: 'se cret', namespaces: 5 });
  expect(problems).toHaveLength(4);
  expect(problems.join()).not.toContain('cret');
  expect(readRegistration('id: [', 'irc.yaml').problems[0]).toMatch(/^irc\.yaml: /);
  expect(readRegistration('id: a\nid: b', 'irc.yaml').problems).toHaveLength(1);
  expect(readRegistration('- a', 'irc.yaml').problems).toHaveLength(1);
  const bomb = `a: &a [x, x]\n${Array.from({ length: 9 }, (_, n) => `b${n}: &b${n} [${n === 0 ? '*a, *a' : `*b${n - 1}, *b${n - 1}`}]`).join('\n')}`;
  expect(readRegistration(bomb, 'irc.yaml').registration).toBeUndefined();
});

test('what is not known is a warning that names file and key', () => {
  const { warnings } = readRegistration(
    stringify({
      ...GOOD,
      ip_range_whitelist: [],
      namespaces: { users: [{ ...GOOD.namespaces.users[0], group_id: 'x' }] },
    }),
    'irc.yaml',
  );
  expect(warnings).toEqual([
    'irc.yaml: unknown key "ip_range_whitelist"',
    'irc.yaml: unknown key "namespaces.users[0].group_id"',
  ]);
});

test('two services have nothing in common that tells them apart', () => {
  const write = (name: string, changes: object): void =>
    writeFileSync(join(directory, name), stringify({ ...GOOD, ...changes }));
  write('a.yaml', {});
  writeFileSync(join(directory, 'notes.txt'), 'not: a registration');
  expect(readRegistrations(directory)).toMatchObject({ problems: [], registrations: [{ id: 'irc' }] });
  const different = { id: 'b', as_token: 'b-as', hs_token: 'b-hs', sender_localpart: 'b' };
  write('b.yml', different);
  expect(readRegistrations(directory).problems).toEqual([]);
  for (const [key, name] of [
    ['id', 'id'],
    ['sender_localpart', 'sender_localpart'],
    ['as_token', 'token'],
    ['hs_token', 'token'],
  ] as const) {
    write('b.yml', { ...different, [key]: GOOD[key] });
    expect(readRegistrations(directory).problems).toEqual([
      `${join(directory, 'b.yml')}: its ${name} is that of ${join(directory, 'a.yaml')} too`,
    ]);
  }
  expect(readRegistrations(join(directory, 'nowhere')).problems).toHaveLength(1);
});

test.each([
  '(a+)+',
  '(a|a)*',
  '(a?)*',
  '((a)|b){2,}',
  '(?:.*){1,9}',
  '.*.*.*.*',
  '(a)\\1',
  'a?a?a?a?a?a?a?',
  '[[:alnum:]]',
  '',
])('the pattern %j is refused, as the wrong text would keep it busy, or as it means something else', (pattern) => {
  expect(readPattern(pattern).ok).toBe(false);
});

test.each([
  ['@_irc_', '@_irc_anna:example.org'],
  ['^@telegram_[0-9]+:example\\.org$', '@telegram_5:example.org'],
  ['@(_irc|_xmpp)_.*', '@_xmpp_anna:example.org'],
  ['@(?!admin)[a-z]+\\.[a-z]{2,8}:.*', '@anna.bo:example.org'],
  ['[)(*+?]+?', '*'],
])('the pattern %j holds for %j', (pattern, identifier) => {
  const read = readPattern(pattern);
  if (!read.ok) throw new Error(read.problem);
  expect(read.test(identifier)).toBe(true);
  expect(read.test(`!${identifier}`)).toBe(false);
  expect(read.test(`${identifier}${'a'.repeat(300)}`)).toBe(false);
});

test('no pattern that is accepted takes long over any identifier', () => {
  const read = readPattern('@.*a.*b.*c$');
  if (!read.ok) throw new Error(read.problem);
  const startedAt = performance.now();
  expect(read.test(`@${'ab'.repeat(127)}`)).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
