import { describe, expect, test } from 'vitest';
import { getServerName } from './identifiers.ts';
import { parseAuthorization } from './request-signature.ts';

const whole = {
  origin: 'origin.example',
  destination: 'destination.example:8448',
  keyId: 'ed25519:key_1',
  signature: 'AB+/',
};
const PLAIN = 'X-Matrix origin="origin.example",destination="destination.example:8448",key="ed25519:key_1",sig="AB+/"';

describe('an authorization', () => {
  test.each([
    ['as this server writes it', PLAIN],
    ['in any order and case', PLAIN.replace('X-Matrix origin', 'x-mATRIX  ORIGIN')],
    ['with spaces and tabs around commas', PLAIN.replaceAll(',', ' \t,\t ')],
    ['with spaces around equals signs', PLAIN.replaceAll('="', ' = "')],
    ['with parameters that nobody knows', `${PLAIN},other=1,third="x,y=\\"z\\""`],
    [
      'without quotation marks where none are needed',
      PLAIN.replaceAll(/"(origin|destination|ed25519)([^"]*)"/g, '$1$2'),
    ],
    ['with escaped characters', PLAIN.replace('origin.example', String.raw`or\igin.\example`)],
  ])('is read %s', (_name, header) => {
    expect(parseAuthorization(header)).toEqual(whole);
  });

  test('may leave out for whom it is', () => {
    const { destination: _destination, ...rest } = whole;
    expect(parseAuthorization(PLAIN.replace(/destination="[^"]*",/, ''))).toEqual({ ...rest, destination: undefined });
  });

  test('names servers by IPv6 addresses in quotation marks', () => {
    const origin = getServerName('[2001:db8::1]:8448');
    expect(parseAuthorization(PLAIN.replace('origin.example', origin))).toMatchObject({ origin });
  });

  test.each([
    ['of another scheme', PLAIN.replace('X-Matrix', 'Bearer')],
    ['without a scheme', PLAIN.replace('X-Matrix ', '')],
    ['that is empty', ''],
    ['that is a scheme alone', 'X-Matrix '],
    ['without an origin', PLAIN.replace('origin="origin.example",', '')],
    ['without a key', PLAIN.replace('key="ed25519:key_1",', '')],
    ['without a signature', PLAIN.replace(/,sig=.*/, '')],
    ['with an origin that is no name', PLAIN.replace('origin.example', 'or igin')],
    ['with a destination that is no name', PLAIN.replace('destination.example:8448', 'destination:port')],
    ['with a key of another algorithm', PLAIN.replace('ed25519:key_1', 'rsa:key_1')],
    ['with a key that has no name', PLAIN.replace('ed25519:key_1', 'ed25519:')],
    ['with two origins', `${PLAIN},origin="other.example"`],
    ['with two origins in different case', `${PLAIN},Origin="origin.example"`],
    ['that ends in a quotation', PLAIN.slice(0, -1)],
    ['with something between', PLAIN.replace(',key', ';key')],
    ['with something after', `${PLAIN} x`],
    ['with nothing between commas', PLAIN.replace(',key', ',,key')],
    ['that is too long', `${PLAIN},x="${'x'.repeat(2_000)}"`],
  ])('is none %s', (_name, header) => {
    expect(parseAuthorization(header)).toBeUndefined();
  });

  test('that never ends is refused at once', () => {
    const startedMs = performance.now();
    for (const tail of [`x="${'\\"'.repeat(1_000)}`, `${'a='.repeat(900)}`, `a${' \t'.repeat(900)}`, ','.repeat(1_900)])
      expect(parseAuthorization(`X-Matrix ${tail}`)).toBeUndefined();
    expect(performance.now() - startedMs).toBeLessThan(50);
  });
});
