import { createSigner } from '@stafette/homeserver/features/server-keys/index.ts';
import {
  authorizationOf,
  encodeBase64,
  getServerName,
  signJson,
  type Ed25519Signer,
  type JsonObject,
  type ServerName,
  type SignedRequest,
} from '@stafette/protocol';
import { MovableClock } from './movable-clock.ts';
import type { TestAuthority } from './test-authority.ts';
import { readAnswer, type Answer, type Method } from './test-client.ts';
import { TestPeer } from './test-peer.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const KEYS_PATH = '/_matrix/key/v2/server';

/** How a request differs from one that is as it should be. */
export interface OddRequest {
  readonly content?: JsonObject;
  /** What is signed instead of what is sent. */
  readonly signed?: Partial<SignedRequest>;
  readonly signer?: Ed25519Signer;
  /** Instead of the one that is made from the rest. */
  readonly authorizations?: readonly string[];
}

interface Asked {
  readonly baseUrl: string;
  readonly serverName: string;
}

/** Another server that is no more than a name and a key: it says what it signs with, and signs what it asks. */
export class TestServer {
  readonly peer: TestPeer;
  readonly name: ServerName;
  signer: Ed25519Signer;
  validUntilMs = new MovableClock().nowMs() + DAY_MS;
  /** By name, those of which it says that it used them before. */
  oldKeys: JsonObject = {};

  private constructor(peer: TestPeer, signer: Ed25519Signer) {
    this.peer = peer;
    this.name = getServerName(`localhost:${peer.port}`);
    this.signer = signer;
    peer.answer = ({ path }, response) =>
      path === KEYS_PATH ? response.end(JSON.stringify(this.publishedKeys())) : response.writeHead(404).end('{}');
  }

  static async open(authority: TestAuthority): Promise<TestServer> {
    return new TestServer(await TestPeer.open(authority.issue(['localhost'])), TestServer.key('first'));
  }

  /** A key, always the same under one name. */
  static key(name: string): Ed25519Signer {
    return createSigner(`ed25519:${name}`, Buffer.alloc(32, name));
  }

  publishedKeys(signer = this.signer): JsonObject {
    const keys = {
      server_name: this.name,
      valid_until_ts: this.validUntilMs,
      verify_keys: { [this.signer.keyId]: { key: encodeBase64(this.signer.publicKey) } },
      old_verify_keys: this.oldKeys,
    };
    return signJson(keys, this.name, signer);
  }

  /** How often it was asked what it signs with. */
  get keyRequestCount(): number {
    return this.peer.received.filter(({ path }) => path === KEYS_PATH).length;
  }

  /** The header that belongs to a request. */
  authorizationOf(asked: Asked, method: Method, path: string, odd: OddRequest = {}): string {
    const request: SignedRequest = {
      method,
      uri: path,
      origin: this.name,
      destination: getServerName(asked.serverName),
      content: odd.content,
      ...odd.signed,
    };
    return authorizationOf(request, odd.signer ?? this.signer);
  }

  /** Asks a server of ours. Any status is an answer; one that is not as the specification says is a fault and throws. */
  async ask(asked: Asked, method: Method, path: string, odd: OddRequest = {}): Promise<Answer> {
    const headers = new Headers(odd.content === undefined ? {} : { 'content-type': 'application/json' });
    for (const authorization of odd.authorizations ?? [this.authorizationOf(asked, method, path, odd)])
      headers.append('authorization', authorization);
    const response = await fetch(asked.baseUrl + path, {
      method,
      headers,
      ...(odd.content === undefined ? {} : { body: JSON.stringify(odd.content) }),
    });
    return readAnswer(method, path, response);
  }

  async close(): Promise<void> {
    await this.peer.close();
  }
}
