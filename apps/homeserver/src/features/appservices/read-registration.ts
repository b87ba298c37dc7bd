import { isStrictLocalpart } from '@stafette/protocol';
import { parseDocument } from 'yaml';
import { readPattern } from './namespace-pattern.ts';
import type { AppserviceRegistration, Namespace } from './registration.ts';

export interface ReadRegistration {
  /** Undefined when there are problems. */
  readonly registration: AppserviceRegistration | undefined;
  readonly problems: readonly string[];
  /** What the server does not know and goes without. */
  readonly warnings: readonly string[];
}

const UNSTABLE_EPHEMERAL = 'de.sorunome.msc2409.push_ephemeral';
const DEVICE_NEWS = 'org.matrix.msc3202';
const KINDS = ['users', 'aliases', 'rooms'] as const;
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  'id',
  'url',
  'as_token',
  'hs_token',
  'sender_localpart',
  'namespaces',
  'rate_limited',
  'protocols',
  'receive_ephemeral',
  UNSTABLE_EPHEMERAL,
  DEVICE_NEWS,
  // Devices are made without a login whether or not a service says that it would.
  'io.element.msc4190',
]);
const NAMESPACE_KEYS: ReadonlySet<string> = new Set(['regex', 'exclusive']);

const MAX_TEXT_CHARS = 255;
const MAX_NAMESPACES = 100;
const MAX_PROTOCOLS = 100;
/** Visible ASCII: a token travels in a header. */
const TOKEN = /^[!-~]{1,1024}$/;

type Members = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Collects what is wrong in one file, so that the operator hears of everything at once. */
class Report {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  refuse(message: string): void {
    this.problems.push(`${this.#file}: ${message}`);
  }

  warn(message: string): void {
    this.warnings.push(`${this.#file}: ${message}`);
  }

  warnOfUnknown(map: Members, known: ReadonlySet<string>, path = ''): void {
    for (const key of Object.keys(map)) if (!known.has(key)) this.warn(`unknown key "${path}${key}"`);
  }

  text(map: Members, key: string, expects: string, accepts: (text: string) => boolean): string {
    const value = map[key];
    if (typeof value === 'string' && accepts(value)) return value;
    this.refuse(`"${key}" must be ${expects}`);
    return '';
  }

  flag(map: Members, key: string, fallback: boolean): boolean {
    const value = map[key];
    if (value === undefined || value === null) return fallback;
    if (typeof value !== 'boolean') this.refuse(`"${key}" must be true or false`);
    return value === true;
  }
}

const isText = (text: string): boolean => text !== '' && text.length <= MAX_TEXT_CHARS && !text.includes('\0');

function readUrl(map: Members, report: Report): string | undefined {
  const { url } = map;
  if (url === null || url === '') return undefined;
  const parsed = typeof url === 'string' ? URL.parse(url) : null;
  const isHttp = parsed?.protocol === 'http:' || parsed?.protocol === 'https:';
  if (parsed === null || !isHttp || parsed.search !== '' || parsed.hash !== '' || parsed.username !== '') {
    report.refuse('"url" must be an http or https address, or null');
    return undefined;
  }
  return parsed.href.replace(/\/+$/, '');
}

function readNamespace(value: unknown, path: string, report: Report): Namespace | undefined {
  if (!isMap(value) || typeof value['regex'] !== 'string' || typeof value['exclusive'] !== 'boolean') {
    report.refuse(`"${path}" must have a "regex" and an "exclusive" that is true or false`);
    return undefined;
  }
  report.warnOfUnknown(value, NAMESPACE_KEYS, `${path}.`);
  const pattern = readPattern(value['regex']);
  if (pattern.ok) return { isExclusive: value['exclusive'], test: pattern.test };
  report.refuse(`"${path}.regex" is refused, as ${pattern.problem}`);
  return undefined;
}

function readNamespaces(map: Members, report: Report): AppserviceRegistration['namespaces'] {
  const { namespaces = {} } = map;
  const read: Record<(typeof KINDS)[number], readonly Namespace[]> = { users: [], aliases: [], rooms: [] };
  if (!isMap(namespaces)) {
    report.refuse('"namespaces" must hold lists');
    return read;
  }
  report.warnOfUnknown(namespaces, new Set(KINDS), 'namespaces.');
  for (const kind of KINDS) {
    const list = namespaces[kind] ?? [];
    if (!Array.isArray(list) || list.length > MAX_NAMESPACES)
      report.refuse(`"namespaces.${kind}" must be a list of at most ${MAX_NAMESPACES} namespaces`);
    else
      read[kind] = list.flatMap((value, index) => readNamespace(value, `namespaces.${kind}[${index}]`, report) ?? []);
  }
  return read;
}

function readProtocols({ protocols }: Members, report: Report): readonly string[] {
  const list = protocols ?? [];
  if (
    Array.isArray(list) &&
    list.length <= MAX_PROTOCOLS &&
    list.every((name): name is string => typeof name === 'string' && isText(name))
  )
    return [...new Set(list)];
  report.refuse(`"protocols" must be a list of at most ${MAX_PROTOCOLS} names`);
  return [];
}

/** The file's content; undefined, with a problem reported, when it is not YAML. */
function parseYaml(text: string, report: Report): unknown {
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: false });
  for (const error of document.errors) report.refuse(error.message);
  try {
    return document.errors.length > 0 ? undefined : document.toJS();
  } catch {
    report.refuse('its YAML aliases unfold into too much');
    return undefined;
  }
}

/** Reads one registration; `file` is what the operator knows it by. Problems never quote a token. */
export function readRegistration(text: string, file: string): ReadRegistration {
  const report = new Report(file);
  const map = parseYaml(text, report);
  if (!isMap(map)) {
    if (report.problems.length === 0) report.refuse('the file must hold keys and values, like "id: my-bridge"');
    return { registration: undefined, problems: report.problems, warnings: [] };
  }
  report.warnOfUnknown(map, KNOWN_KEYS);
  const isToken = (token: string): boolean => TOKEN.test(token);
  const registration: AppserviceRegistration = {
    id: report.text(map, 'id', 'a name', isText),
    url: readUrl(map, report),
    asToken: report.text(map, 'as_token', 'a token without spaces', isToken),
    hsToken: report.text(map, 'hs_token', 'a token without spaces', isToken),
    senderLocalpart: report.text(
      map,
      'sender_localpart',
      'the localpart of a user id, like _irc_bot',
      (localpart) => localpart !== '' && isStrictLocalpart(localpart),
    ),
    namespaces: readNamespaces(map, report),
    isRateLimited: report.flag(map, 'rate_limited', true),
    protocols: readProtocols(map, report),
    wantsDeviceNews: report.flag(map, DEVICE_NEWS, false),
    ephemeral: {
      stable: report.flag(map, 'receive_ephemeral', false),
      unstable: report.flag(map, UNSTABLE_EPHEMERAL, false),
    },
  };
  return {
    registration: report.problems.length > 0 ? undefined : registration,
    problems: report.problems,
    warnings: report.warnings,
  };
}
