import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

/** What a TLS server shows, in PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority that exists for one test. */
export interface TestAuthority {
  /** Its own certificate, in PEM: whoever trusts it trusts all that it issues. */
  readonly certificate: string;
  /** A certificate for names and IPv4 addresses. */
  issue(names: readonly string[]): TestCertificate;
}

/** Tags of ASN.1. https://www.rfc-editor.org/rfc/rfc5280 */
const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BOOLEAN = 0x01;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const UTF8_STRING = 0x0c;
const OBJECT_ID = 0x06;
const GENERALIZED_TIME = 0x18;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

const ECDSA_WITH_SHA256 = '2a8648ce3d040302';
const COMMON_NAME = '550403';
const BASIC_CONSTRAINTS = '551d13';
const SUBJECT_ALT_NAME = '551d11';

function element(tag: number, ...parts: readonly (Uint8Array | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part)));
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const objectId = (hex: string): Buffer => element(OBJECT_ID, Buffer.from(hex, 'hex'));
const algorithm = element(SEQUENCE, objectId(ECDSA_WITH_SHA256));
const nameOf = (text: string): Buffer =>
  element(SEQUENCE, element(SET, element(SEQUENCE, objectId(COMMON_NAME), element(UTF8_STRING, text))));
const validity = element(
  SEQUENCE,
  element(GENERALIZED_TIME, '20200101000000Z'),
  element(GENERALIZED_TIME, '21200101000000Z'),
);
const isAuthority = element(
  SEQUENCE,
  objectId(BASIC_CONSTRAINTS),
  element(BOOLEAN, Buffer.of(0xff)),
  element(OCTET_STRING, element(SEQUENCE, element(BOOLEAN, Buffer.of(0xff)))),
);
const alternatives = (names: readonly string[]): Buffer =>
  element(
    SEQUENCE,
    objectId(SUBJECT_ALT_NAME),
    element(
      OCTET_STRING,
      element(
        SEQUENCE,
        ...names.map((name) =>
          isIP(name) === 4 ? element(IP_ADDRESS, Buffer.from(name.split('.').map(Number))) : element(DNS_NAME, name),
        ),
      ),
    ),
  );

const pem = (label: string, der: Buffer): string =>
  `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`;

function certify(
  subject: string,
  publicKey: KeyObject,
  extension: Buffer,
  issuer: string,
  issuerKey: KeyObject,
): string {
  const serial = Buffer.concat([Buffer.of(1), randomBytes(8)]);
  const content = element(
    SEQUENCE,
    element(VERSION, element(INTEGER, Buffer.of(2))),
    element(INTEGER, serial),
    algorithm,
    nameOf(issuer),
    validity,
    nameOf(subject),
    publicKey.export({ format: 'der', type: 'spki' }),
    element(EXTENSIONS, element(SEQUENCE, extension)),
  );
  const signature = sign('sha256', content, issuerKey);
  return pem('CERTIFICATE', element(SEQUENCE, content, algorithm, element(BIT_STRING, Buffer.of(0), signature)));
}

const newKeys = (): { publicKey: KeyObject; privateKey: KeyObject } =>
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

/** Makes an authority whose certificates nobody trusts who was not given its own. */
export function createTestAuthority(): TestAuthority {
  const name = `Test authority ${randomBytes(4).toString('hex')}`;
  const { publicKey, privateKey } = newKeys();
  return {
    certificate: certify(name, publicKey, isAuthority, name, privateKey),
    issue(names) {
      const keys = newKeys();
      return {
        cert: certify(names[0] ?? '', keys.publicKey, alternatives(names), name, privateKey),
        key: pem('PRIVATE KEY', keys.privateKey.export({ format: 'der', type: 'pkcs8' })),
      };
    },
  };
}
