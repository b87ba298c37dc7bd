import type { Pool } from 'undici';

/** A user of a server in conformance mode, as a load generator needs one. */
export class MatrixUser {
  readonly userId: string;
  readonly #token: string;
  readonly #deviceId: string;
  readonly #pool: Pool;
  #txn = 0;

  private constructor(pool: Pool, userId: string, deviceId: string, token: string) {
    this.#deviceId = deviceId;
    this.#pool = pool;
    this.userId = userId;
    this.#token = token;
  }

  static async register(pool: Pool, name: string): Promise<MatrixUser> {
    const body = { username: name, password: 'bench-password-1', auth: { type: 'm.login.dummy' } };
    const first = await call(pool, 'POST', '/_matrix/client/v3/register', undefined, body);
    const session = first.json['session'];
    const answer =
      first.status === 401
        ? await call(pool, 'POST', '/_matrix/client/v3/register', undefined, {
            ...body,
            auth: { ...body.auth, session },
          })
        : first;
    if (answer.status !== 200) throw new Error(`registration failed: ${JSON.stringify(answer)}`);
    const { user_id: userId, device_id: deviceId, access_token: token } = answer.json;
    return new MatrixUser(pool, String(userId), String(deviceId), String(token));
  }

  /** Throws on every answer but 200: a load run with errors is not a measurement. */
  async request(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await call(this.#pool, method, path, this.#token, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.json)}`);
    return answer.json;
  }

  /** As {@link request}, for answers whose size matters and not what is in them. */
  async requestText(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<string> {
    const { status, text } = await callForText(this.#pool, method, path, this.#token, body);
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text;
  }

  async createRoom(options: object): Promise<string> {
    return String((await this.request('POST', '/_matrix/client/v3/createRoom', options))['room_id']);
  }

  async join(roomId: string): Promise<void> {
    await this.request('POST', `/_matrix/client/v3/join/${encodeURIComponent(roomId)}`, {});
  }

  async send(roomId: string, text: string): Promise<void> {
    this.#txn += 1;
    await this.request(
      'PUT',
      `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/t${this.#txn}`,
      {
        msgtype: 'm.text',
        body: text,
      },
    );
  }

  get deviceId(): string {
    return this.#deviceId;
  }

  get authorization(): string {
    return `Bearer ${this.#token}`;
  }
}

async function call(
  ...request: Parameters<typeof callForText>
): Promise<{ status: number; json: Record<string, unknown> }> {
  const { status, text } = await callForText(...request);
  // Every endpoint used here answers with an object.
  return { status, json: JSON.parse(text) as Record<string, unknown> };
}

async function callForText(
  pool: Pool,
  method: 'GET' | 'PUT' | 'POST',
  path: string,
  token: string | undefined,
  body: unknown,
): Promise<{ status: number; text: string }> {
  const response = await pool.request({
    method,
    path,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headersTimeout: 120_000,
    bodyTimeout: 120_000,
  });
  return { status: response.statusCode, text: await response.body.text() };
}
