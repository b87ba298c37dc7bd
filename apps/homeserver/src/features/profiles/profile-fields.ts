import { invalidParam, MatrixError, notFound } from '@stafette/contracts';
import { isJsonObject, type JsonObject, type JsonValue, readStoredJson } from '@stafette/protocol';
import type { ProfileRow } from './store.ts';

/** Somebody's profile. Fields that were never set are absent. */
export interface Profile {
  readonly displayName: string | undefined;
  readonly avatarUrl: string | undefined;
  /** `m.tz` and fields with names of their own. */
  readonly customFields: JsonObject;
}

export const EMPTY_PROFILE: Profile = { displayName: undefined, avatarUrl: undefined, customFields: {} };

const MAX_KEY_BYTES = 255;
const MAX_PROFILE_BYTES = 64 * 1024;
const MAX_DISPLAY_NAME_CHARACTERS = 256;
const MAX_AVATAR_URL_CHARACTERS = 1000;
/** https://spec.matrix.org/v1.19/appendices/#common-namespaced-identifier-grammar */
const FIELD_NAME = /^[a-z][a-z0-9_.-]*$/;

const isFieldName = (name: string): boolean => Buffer.byteLength(name) <= MAX_KEY_BYTES && FIELD_NAME.test(name);

/** Throws for names that no field can have. */
export function assertFieldName(name: string): void {
  if (Buffer.byteLength(name) > MAX_KEY_BYTES) {
    throw new MatrixError(400, 'M_KEY_TOO_LARGE', `The name of a profile field has at most ${MAX_KEY_BYTES} bytes`);
  }
  if (!FIELD_NAME.test(name)) throw invalidParam('This is not the name of a profile field');
}

function readText(value: JsonValue | undefined, what: string, maxCharacters: number): string | undefined {
  if (value === null || value === '') return undefined;
  if (typeof value !== 'string' || value.includes('\0')) throw invalidParam(`${what} is a text`);
  if (value.length > maxCharacters) throw invalidParam(`${what} has at most ${maxCharacters} characters`);
  return value;
}

/** https://spec.matrix.org/v1.19/client-server-api/#matrix-content-mxc-uris */
const isContentUri = (uri: string): boolean => uri.startsWith('mxc://');

/** Names of the IANA database alone, among them those that only still stand for another; no offsets. */
function isTimeZone(value: JsonValue): boolean {
  if (typeof value !== 'string' || !/^[A-Za-z]/.test(value)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const sizeBytes = (profile: Profile): number => Buffer.byteLength(JSON.stringify(profileJson(profile)));

export interface FieldRules {
  /** Pictures may be at any address, from where they tell who looks at them. */
  readonly allowsWebAvatars: boolean;
}

/** The profile with one field set, or removed when `value` is undefined. Throws when it cannot be. */
export function withField(
  profile: Profile,
  name: string,
  value: JsonValue | undefined,
  { allowsWebAvatars }: FieldRules,
): Profile {
  assertFieldName(name);
  const changed = replaceField(profile, name, value);
  if (!allowsWebAvatars && name === 'avatar_url' && changed.avatarUrl !== undefined && !isContentUri(changed.avatarUrl))
    throw invalidParam('An avatar_url is an mxc: URI');
  if (sizeBytes(changed) > MAX_PROFILE_BYTES) {
    throw new MatrixError(400, 'M_PROFILE_TOO_LARGE', 'A profile has at most 64 KiB');
  }
  return changed;
}

function replaceField(profile: Profile, name: string, value: JsonValue | undefined): Profile {
  if (name === 'displayname') {
    return { ...profile, displayName: readText(value ?? null, 'A display name', MAX_DISPLAY_NAME_CHARACTERS) };
  }
  if (name === 'avatar_url') {
    return { ...profile, avatarUrl: readText(value ?? null, 'An avatar_url', MAX_AVATAR_URL_CHARACTERS) };
  }
  if (name === 'm.tz' && value !== undefined && !isTimeZone(value))
    throw invalidParam('m.tz is the name of a time zone, like Europe/Berlin');
  const others = Object.entries(profile.customFields).filter(([key]) => key !== name);
  // The grammar of names leaves out `__proto__`.
  return { ...profile, customFields: Object.fromEntries(value === undefined ? others : [...others, [name, value]]) };
}

/** The profile in the words of the API. */
export const profileJson = ({ displayName, avatarUrl, customFields }: Profile): JsonObject => ({
  ...customFields,
  ...(displayName === undefined ? {} : { displayname: displayName }),
  ...(avatarUrl === undefined ? {} : { avatar_url: avatarUrl }),
});

/** One field of a profile in the words of the API; throws M_NOT_FOUND when it is not set. */
export function fieldOf(profile: Profile, name: string): JsonObject {
  const json = profileJson(profile);
  if (!Object.hasOwn(json, name)) throw notFound('This field of the profile is not set');
  return { [name]: json[name] ?? null };
}

/** A text that a profile can hold; undefined for anything else. */
const findText = (value: JsonValue | undefined, maxCharacters: number): string | undefined =>
  typeof value === 'string' && value !== '' && !value.includes('\0') && value.length <= maxCharacters
    ? value
    : undefined;

/** A profile from another server, of which what no profile can hold is left out. */
export function readRemoteProfile({ displayname, avatar_url: avatar, ...others }: JsonObject): Profile {
  const avatarUrl = findText(avatar, MAX_AVATAR_URL_CHARACTERS);
  const fields = Object.entries(others).filter(([name]) => isFieldName(name));
  const profile = {
    displayName: findText(displayname, MAX_DISPLAY_NAME_CHARACTERS),
    avatarUrl: avatarUrl !== undefined && isContentUri(avatarUrl) ? avatarUrl : undefined,
    customFields: Object.fromEntries(fields),
  };
  return sizeBytes(profile) > MAX_PROFILE_BYTES ? { ...profile, customFields: {} } : profile;
}

function readCustomFields(json: string): JsonObject {
  // Written by JSON.stringify from parsed JSON.
  const value = readStoredJson(json) as JsonValue;
  return isJsonObject(value) ? value : {};
}

export const toProfile = (row: ProfileRow): Profile => ({
  displayName: row.display_name ?? undefined,
  avatarUrl: row.avatar_url ?? undefined,
  customFields: readCustomFields(row.custom_fields),
});

/** The fields in which two profiles differ. */
export function differingFields(one: Profile, other: Profile): readonly string[] {
  const [before, after] = [profileJson(one), profileJson(other)];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}
