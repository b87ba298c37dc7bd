/** The longest user id, in bytes of UTF-8. https://spec.matrix.org/v1.19/appendices/#user-identifiers */
const maxUserIdBytes = 255;

const serverNamePattern = /^(?:\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z.-]{1,255})(?::[0-9]{1,5})?$/;

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    // The iterator always yields one code point; 0 is never used.
    const codePoint = character.codePointAt(0) ?? 0;
    bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/**
 * Whether this can be the id of a user in an existing room: the historical grammar, which allows any local part, because
 * power levels and creators of old rooms name such users.
 */
export function isHistoricalUserId(text: string): boolean {
  const colon = text.indexOf(':');
  if (!text.startsWith('@') || colon === -1 || text.includes('\u0000')) return false;
  return serverNamePattern.test(text.slice(colon + 1)) && utf8Length(text) <= maxUserIdBytes;
}

/** The server part of a user, room or event id: all after the first colon, `undefined` where there is none (v12 rooms). */
export function domainOf(identifier: string): string | undefined {
  const colon = identifier.indexOf(':');
  return colon === -1 ? undefined : identifier.slice(colon + 1);
}
