/** The token of `Authorization: Bearer ...`, or the query's when the server allows that. Tokens are opaque text. */
export function findAccessToken(header: string | undefined, queryToken: string | undefined): string | undefined {
  if (header === undefined) return queryToken;
  const [scheme, token, ...rest] = header.split(' ');
  return scheme?.toLowerCase() === 'bearer' && token !== undefined && token !== '' && rest.length === 0
    ? token
    : undefined;
}
