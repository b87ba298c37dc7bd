/** One request with JSON both ways. Throws with the server's own words when it refuses, unless the status is accepted. */
export async function requestJson(
  method: 'GET' | 'POST',
  url: string,
  options: { readonly token?: string; readonly body?: object; readonly accept?: readonly number[] } = {},
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok && options.accept?.includes(response.status) !== true)
    throw new Error(`${method} ${new URL(url).pathname}: ${response.status} ${text}`);
  // Both sides of these requests belong to this project; members are checked where they are read.
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

/** A member that must be text. */
export function textOf(body: Readonly<Record<string, unknown>>, member: string): string {
  const value = body[member];
  if (typeof value !== 'string') throw new Error(`the server's answer has no ${member}`);
  return value;
}
