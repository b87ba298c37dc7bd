/** The server part of a user, room or event id: all after the first colon; `undefined` where there is none (v12 rooms, v3 events). */
export function domainOf(identifier: string): string | undefined {
  const colon = identifier.indexOf(':');
  return colon === -1 ? undefined : identifier.slice(colon + 1);
}
