import { describe, expect, test } from 'vitest';
import {
  getDeviceId,
  getEventId,
  getRoomAlias,
  getRoomId,
  getServerName,
  getUserId,
  InvalidIdentifierError,
  isStrictLocalpart,
  localpartOf,
  parseDeviceId,
  parseEventId,
  parseRoomAlias,
  parseRoomId,
  parseServerName,
  parseUserId,
  serverNameOf,
} from './identifiers.ts';

const hash = 'Nhcu5BS-UMnFX7hBVfSVoXiD7OgH6iRT_xyIuqDnpYQ';

describe('server names', () => {
  test.each([
    'matrix.org',
    'matrix.org:8888',
    '1.2.3.4',
    '1.2.3.4:1234',
    '[1234:5678::abcd]',
    '[1234:5678::abcd]:5678',
    '[::]',
    '[::1]',
    '[1::]',
    '[1:2:3:4:5:6:7:8]',
    '[1:2:3:4:5:6:1.2.3.4]',
    '[::ffff:1.2.3.4]',
    'localhost',
    'UPPER.example',
    'a'.repeat(255),
  ])('%s is one', (text) => {
    expect(parseServerName(text)).toBe(text);
  });

  test.each([
    '',
    ':8448',
    'a.example:',
    'a.example:123456',
    'a.example:80:80',
    'a.example:8o',
    'a_b.example',
    'a example',
    'a.example\n',
    'bücher.example',
    'a/b',
    'a@b',
    '256.1.1.1',
    '1.2.3.1234',
    '[',
    '[]',
    '[1]',
    '[:::]',
    '[1::2::3]',
    '[1:2:3:4:5:6:7]',
    '[1:2:3:4:5:6:7:8:9]',
    '[1:2:3:4:5:6:7::8]',
    '[12345::]',
    '[g::]',
    '[::1.2.3]',
    '[::1.2.3.256]',
    '[1.2.3.4::]',
    '[::1%eth0]',
    '::1',
    '[::1]x',
    '[::1]:',
    'a'.repeat(256),
  ])('%j is none', (text) => {
    expect(parseServerName(text)).toBeUndefined();
  });
});

describe('user ids', () => {
  test.each([
    '@anna:a.example',
    '@anna:a.example:8448',
    '@anna:[::1]:1',
    '@Anna Ärmel\n:a.example',
    '@:a.example',
    '@ü:a.example',
  ])('%j is one, of today or of the past', (text) => {
    expect(parseUserId(text)).toBe(text);
  });

  test.each([
    '',
    '@',
    '@anna',
    '@anna:',
    'anna:a.example',
    '!anna:a.example',
    '@anna:a b',
    '@a\u0000b:a.example',
    '@\ud800:a.example',
    '@a:b:c.example',
  ])('%j is none', (text) => {
    expect(parseUserId(text)).toBeUndefined();
  });

  test('are limited to 255 bytes, not characters', () => {
    const domain = ':a.example';
    const room = 255 - 1 - domain.length;
    expect(parseUserId(`@${'a'.repeat(room)}${domain}`)).toBeDefined();
    expect(parseUserId(`@${'a'.repeat(room + 1)}${domain}`)).toBeUndefined();
    expect(parseUserId(`@${'ü'.repeat(room / 2)}${domain}`)).toBeDefined();
    expect(parseUserId(`@${'ü'.repeat(room / 2)}a${domain}`)).toBeUndefined();
    expect(parseUserId(`@${'\u{1F600}'.repeat(room / 4)}${domain}`)).toBeDefined();
    expect(parseUserId(`@${'\u{1F600}'.repeat(room / 4)}a${domain}`)).toBeUndefined();
  });

  test('of new accounts have a narrow localpart', () => {
    expect(isStrictLocalpart('anna.b_c=d-e/f+0')).toBe(true);
    for (const localpart of ['', 'Anna', 'ä', 'a b', 'a:b', 'a\n', 'a@b'])
      expect(isStrictLocalpart(localpart)).toBe(false);
  });
});

describe('room ids, aliases, event ids, device ids', () => {
  test.each(['!room:a.example', `!${hash}`, '!Ü:a.example'])('%s is a room id', (text) => {
    expect(parseRoomId(text)).toBe(text);
  });

  test.each([
    '!room',
    `!${hash}A`,
    `!${hash.slice(1)}`,
    `!${hash.slice(1)}+`,
    '!:a.example',
    '#room:a.example',
    `$${hash}`,
    '!a:',
  ])('%s is no room id', (text) => {
    expect(parseRoomId(text)).toBeUndefined();
  });

  test('an alias has a localpart and a server', () => {
    expect(parseRoomAlias('#Bürgeramt:a.example')).toBe('#Bürgeramt:a.example');
    for (const text of ['#:a.example', '#room', '!room:a.example', '#a\u0000:a.example'])
      expect(parseRoomAlias(text)).toBeUndefined();
  });

  test('event ids are opaque after their sigil', () => {
    for (const text of [
      `$${hash}`,
      '$143273582443PhrSn:example.org',
      '$CD66HAED5npg6074c6pDtLKalHjVfYb2q4Q3LZgrW6o',
      '$a/b+c',
      `$${'a'.repeat(254)}`,
    ]) {
      expect(parseEventId(text)).toBe(text);
    }
    for (const text of ['', '$', 'a', '$a b', '$a\r\nb', '$a\u0000', '$\ud800', `$${'a'.repeat(255)}`])
      expect(parseEventId(text)).toBeUndefined();
  });

  test('device ids are opaque, short and without control characters', () => {
    for (const text of ['ABCDEFG', 'a:b/ü', 'a'.repeat(255)]) expect(parseDeviceId(text)).toBe(text);
    for (const text of ['', 'a b', 'a\n', 'a'.repeat(256)]) expect(parseDeviceId(text)).toBeUndefined();
  });
});

test('getting an identifier throws where parsing finds none, and does not repeat the text', () => {
  for (const get of [getUserId, getRoomId, getEventId, getRoomAlias, getServerName, getDeviceId]) {
    expect(() => get('not this one')).toThrow(InvalidIdentifierError);
    expect(() => get('not this one')).not.toThrow(/this one/);
  }
  expect(getUserId('@anna:a.example')).toBe('@anna:a.example');
});

test('an identifier knows its server and its localpart', () => {
  expect(serverNameOf(getUserId('@anna:[::1]:8448'))).toBe('[::1]:8448');
  expect(localpartOf(getUserId('@anna:[::1]:8448'))).toBe('anna');
  expect(serverNameOf(getRoomId('!room:a.example'))).toBe('a.example');
  expect(serverNameOf(getRoomId(`!${hash}`))).toBeUndefined();
  expect(serverNameOf(getEventId('$event:a.example'))).toBe('a.example');
  expect(serverNameOf(getEventId('$event:a b:c'.replace(' ', '_')))).toBeUndefined();
  expect(serverNameOf(getEventId(`$${hash}`))).toBeUndefined();
});
