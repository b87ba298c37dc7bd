import type { JsonObject } from '@stafette/protocol';
import { findFault } from './specification/index.ts';

export interface TestUser {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON of the answer; `{}` when it was not an object. */
  readonly body: JsonObject;
}

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

/** Names the request and shows the answer: the first thing one wants to know when a test fails. */
export class UnexpectedAnswer extends Error {
  readonly answer: Answer;

  constructor(request: string, answer: Answer) {
    super(`${request} answered ${answer.status}: ${JSON.stringify(answer.body).slice(0, 2000)}`);
    this.name = 'UnexpectedAnswer';
    this.answer = answer;
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isJson = (response: Response): boolean => response.headers.get('content-type') === 'application/json';

function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** The answer to a request; one that is not as the specification says is a fault of the server, and throws. */
export async function readAnswer(method: Method, path: string, response: Response): Promise<Answer> {
  const text = await response.text();
  const answer = { status: response.status, headers: response.headers, body: parse(text) };
  const fault = isJson(response) ? findFault(method, path, response.status, JSON.parse(text)) : undefined;
  if (fault !== undefined)
    throw new UnexpectedAnswer(`Against the specification (${fault}): ${method} ${path}`, answer);
  return answer;
}

/**
 * Somebody who talks to the server over HTTP. Paths are below `/_matrix/client/v3` unless they begin with `/_` or
 * `/.well-known`. What the verbs return is the test's claim about the body, which its expectations then check.
 */
export class TestClient {
  readonly #baseUrl: string;
  readonly #accessToken: string | undefined;

  constructor(baseUrl: string, accessToken?: string) {
    this.#baseUrl = baseUrl;
    this.#accessToken = accessToken;
  }

  async get<Body = JsonObject>(path: string): Promise<Body> {
    return this.#demand('GET', path);
  }

  async put<Body = JsonObject>(path: string, body: unknown = {}): Promise<Body> {
    return this.#demand('PUT', path, body);
  }

  async post<Body = JsonObject>(path: string, body: unknown = {}): Promise<Body> {
    return this.#demand('POST', path, body);
  }

  async delete<Body = JsonObject>(path: string, body?: unknown): Promise<Body> {
    return this.#demand('DELETE', path, body);
  }

  /**
   * For refusals: any status is an answer. One that is not as the specification says is a fault of the server. Parameters
   * of a form are sent as a form, everything else as JSON.
   */
  async try(method: Method, path: string, body?: unknown): Promise<Answer> {
    const isForm = body instanceof URLSearchParams;
    const isAbsolute = /^\/(_|\.well-known)/.test(path);
    const target = `${isAbsolute ? '' : '/_matrix/client/v3'}${path}`;
    const response = await fetch(this.#baseUrl + target, {
      method,
      headers: {
        ...(this.#accessToken === undefined ? {} : { authorization: `Bearer ${this.#accessToken}` }),
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    return readAnswer(method, target, response);
  }

  async createRoom(options: JsonObject = {}): Promise<string> {
    return (await this.post<{ room_id: string }>('/createRoom', options)).room_id;
  }

  async join(roomIdOrAlias: string): Promise<string> {
    return (await this.post<{ room_id: string }>(`/join/${encodeURIComponent(roomIdOrAlias)}`)).room_id;
  }

  async invite(roomId: string, userId: string): Promise<void> {
    await this.post(`/rooms/${encodeURIComponent(roomId)}/invite`, { user_id: userId });
  }

  /** Sends a text message; the id of its event. */
  async send(roomId: string, text: string, txnId: string = crypto.randomUUID()): Promise<string> {
    const path = `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${encodeURIComponent(txnId)}`;
    return (await this.put<{ event_id: string }>(path, { msgtype: 'm.text', body: text })).event_id;
  }

  async sync<Body = JsonObject>(since?: string, timeoutMs = 0): Promise<Body> {
    const query = new URLSearchParams({ timeout: String(timeoutMs), ...(since === undefined ? {} : { since }) });
    return this.get(`/sync?${query.toString()}`);
  }

  async #demand<Body>(method: Method, path: string, body?: unknown): Promise<Body> {
    const answer = await this.try(method, path, body);
    if (answer.status >= 300) throw new UnexpectedAnswer(`${method} ${path}`, answer);
    // The caller's claim, see above.
    return answer.body as Body;
  }
}
