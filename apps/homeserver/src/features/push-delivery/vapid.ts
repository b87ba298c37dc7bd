import { createECDH, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { encodeBase64Url } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import { findOrInsertVapidKey } from './store.ts';
import { makeKeyPair } from './web-push-encryption.ts';

/** At most a day is allowed; half of it leaves room for clocks that are wrong. */
const TOKEN_LIFETIME_MS = 12 * 60 * 60 * 1000;
/** A token is used until so long before its end. */
const RENEW_BEFORE_MS = 60 * 60 * 1000;
const MAX_TOKENS = 1_000;
const COORDINATE_BYTES = 32;

function privateKeyOf(privateKey: Uint8Array, publicKey: Buffer): KeyObject {
  const x = encodeBase64Url(publicKey.subarray(1, 1 + COORDINATE_BYTES));
  const y = encodeBase64Url(publicKey.subarray(1 + COORDINATE_BYTES));
  return createPrivateKey({
    key: { kty: 'EC', crv: 'P-256', x, y, d: encodeBase64Url(privateKey) },
    format: 'jwk',
  });
}

/** How push services know this server. https://www.rfc-editor.org/rfc/rfc8292 */
export class Vapid {
  /** In base64url; clients subscribe with it. */
  readonly publicKey: string;
  readonly #key: KeyObject;
  readonly #clock: Clock;
  readonly #contact: string;
  readonly #tokens = new Map<string, { readonly token: string; readonly expiresAtMs: number }>();

  private constructor(privateKey: Uint8Array, clock: Clock, contact: string) {
    const pair = createECDH('prime256v1');
    pair.setPrivateKey(privateKey);
    this.publicKey = encodeBase64Url(pair.getPublicKey());
    this.#key = privateKeyOf(privateKey, pair.getPublicKey());
    this.#clock = clock;
    this.#contact = contact;
  }

  /** `contact` is an address under which a push service can reach the operator. */
  static async open(
    { database, clock, random }: { readonly database: Database; readonly clock: Clock; readonly random: Random },
    contact: string,
  ): Promise<Vapid> {
    const fresh = makeKeyPair(random).getPrivateKey();
    // Leading zeros are not written by ECDH.
    const padded = Buffer.concat([Buffer.alloc(COORDINATE_BYTES - fresh.length), fresh]);
    return new Vapid(await database.write((tx) => findOrInsertVapidKey(tx, padded)), clock, contact);
  }

  /** The `Authorization` for a push service; one token for many messages, whose signature the service need check once. */
  authorization(audience: string): string {
    const nowMs = this.#clock.nowMs();
    let known = this.#tokens.get(audience);
    if (known === undefined || known.expiresAtMs - RENEW_BEFORE_MS <= nowMs) {
      if (this.#tokens.size >= MAX_TOKENS) this.#tokens.clear();
      const expiresAtMs = nowMs + TOKEN_LIFETIME_MS;
      known = { token: this.#sign(audience, expiresAtMs), expiresAtMs };
      this.#tokens.set(audience, known);
    }
    return `vapid t=${known.token}, k=${this.publicKey}`;
  }

  #sign(audience: string, expiresAtMs: number): string {
    const encode = (part: object): string => encodeBase64Url(Buffer.from(JSON.stringify(part)));
    const claims = { aud: audience, exp: Math.floor(expiresAtMs / 1000), sub: this.#contact };
    const signed = `${encode({ typ: 'JWT', alg: 'ES256' })}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.#key, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${encodeBase64Url(signature)}`;
  }
}
