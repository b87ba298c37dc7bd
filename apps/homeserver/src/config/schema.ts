import { Type, type Static, type TSchema } from 'typebox';
import { LOG_LEVELS } from '../platform/log.ts';
import { parseEmail } from '@stafette/protocol';
import { parseAddress } from './address.ts';

/** What a key's schema says besides its type. The reference for operators is generated from it. */
export interface KeyDocumentation {
  readonly description: string;
  /** Ends the sentence "must be ...". */
  readonly expects: string;
  /** The value may be given as a file's content instead, under the same key with `_file` at the end. */
  readonly isSecret?: boolean;
  /** Variables of the environment that are read besides the one derived from the key. */
  readonly variables?: readonly string[];
  /** What the default is when it is not a plain value. */
  readonly defaultText?: string;
  readonly accepts?: (value: string) => boolean;
}

const text = (documentation: KeyDocumentation & { readonly default?: string }) =>
  Type.Optional(Type.String({ minLength: 1, ...documentation }));

const integer = (documentation: {
  readonly minimum: number;
  readonly maximum: number;
  readonly description: string;
  readonly default?: number;
  readonly defaultText?: string;
}) =>
  Type.Optional(
    Type.Integer({
      expects: `a whole number from ${documentation.minimum} to ${documentation.maximum}`,
      ...documentation,
    }),
  );

const hosts = ({ description }: { readonly description: string }) =>
  Type.Optional(
    Type.Array(Type.String({ pattern: '^([a-z0-9-]+(\\.[a-z0-9-]+)*|\\*)$' }), {
      description,
      expects: 'a list of names like agency.example, in lower case',
      default: [],
    }),
  );

const isAddress = (value: string): boolean => parseAddress(value) !== undefined;

const isHttpUrl = (value: string): boolean => {
  const url = URL.parse(value);
  return (
    url !== null &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === ''
  );
};

/** The grammar of server names: https://spec.matrix.org/v1.19/appendices/#server-name */
const SERVER_NAME = '^(?:\\[[0-9a-fA-F:.]{2,45}\\]|[A-Za-z0-9.-]+)(?::\\d{1,5})?$';
const isServerName = (value: string): boolean => value.length <= 255 && new RegExp(SERVER_NAME).test(value);

/** A hundred years. */
const MAX_LIFETIME_DAYS = 36_500;

/** The configuration file. Every key has a description; those without a default are optional. */
export const configSchema = Type.Object({
  server_name: text({
    description:
      'The name at the end of every user and room address, for example `agency.example`. It can never be changed later. Without it the set-up page asks for it.',
    expects: 'a server name like agency.example',
    defaultText: 'chosen on the set-up page',
    accepts: isServerName,
  }),
  listen: text({
    description: 'Where clients and browsers connect. Behind a reverse proxy, keep it on the loopback interface.',
    expects: 'an address like localhost:8008 or [::]:8008',
    default: 'localhost:8008',
    accepts: isAddress,
  }),
  public_url: text({
    description:
      'The address that people type into their browser, without a path. Behind a reverse proxy it differs from `listen`.',
    expects: 'an address like https://chat.agency.example, without a path',
    defaultText: '`http://` and the value of `listen`',
    accepts: isHttpUrl,
  }),
  trusted_proxies: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      description: 'Addresses or networks of your reverse proxies. Only from them `X-Forwarded-For` is believed.',
      expects: 'a list of addresses or networks like 10.0.0.0/8',
      default: [],
    }),
  ),
  data: text({
    description:
      'The folder for everything that is kept: the embedded database, uploaded files, logs. A relative path starts at the configuration file, or at the current folder without one.',
    expects: 'a folder',
    default: './data',
  }),
  log: Type.Optional(
    Type.Object(
      {
        level: Type.Optional(
          Type.Enum([...LOG_LEVELS], {
            description: 'The least severe lines that are written.',
            expects: `one of ${LOG_LEVELS.join(', ')}`,
            default: 'info',
          }),
        ),
        file: text({
          description: 'A file for the log. `-` means standard error.',
          expects: 'a file, or - for standard error',
          defaultText: '`logs/stafette.log` in the data folder when started from a terminal, otherwise standard error',
        }),
      },
      { description: 'What is written to the log: JSON, one fact a line, never content, passwords or tokens.' },
    ),
  ),
  database: Type.Optional(
    Type.Object(
      {
        url: text({
          description:
            'Your own PostgreSQL, version 15 or newer, with an empty database in UTF-8. Without it the server brings and runs its own PostgreSQL.',
          expects: 'an address like postgresql://user@host/database',
          isSecret: true,
          variables: ['DATABASE_URL'],
          defaultText: 'the embedded PostgreSQL',
          accepts: (value: string) => /^postgres(?:ql)?:\/\//.test(value),
        }),
        settings: Type.Optional(
          Type.Record(Type.String(), Type.String(), {
            description: 'Settings of the embedded PostgreSQL by its own names, for example `shared_buffers: 4GB`.',
            expects: 'names and values, the values in quotes',
            default: {},
          }),
        ),
      },
      { description: 'Where data is kept.' },
    ),
  ),
  media: Type.Optional(
    Type.Object(
      {
        max_upload_mib: integer({
          minimum: 1,
          maximum: 10_240,
          description: 'The largest file that people may send, in MiB.',
          default: 100,
        }),
        max_mib_per_user: integer({
          minimum: 1,
          maximum: 100 * 1024 * 1024,
          description: 'What all files of one person may take up together, in MiB.',
          default: 50 * 1024,
        }),
      },
      { description: 'Files that people share.' },
    ),
  ),
  url_previews: Type.Optional(
    Type.Object(
      {
        allow: hosts({
          description:
            'Sites of which pages are previewed, each with everything below it; `*` stands for all. Empty, there are no previews: the server would learn which links people share.',
        }),
        deny: hosts({ description: 'Sites of which no pages are previewed, whatever else is allowed.' }),
      },
      { description: 'Previews of links. Pages on your own network are never looked at.' },
    ),
  ),
  rtc: Type.Optional(
    Type.Object(
      {
        livekit_service_url: text({
          description: 'The address of the service that lets people into the rooms of your LiveKit server.',
          expects: 'an address like https://calls.agency.example',
          defaultText: 'no calls of several people',
          accepts: (value: string) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''),
        }),
      },
      { description: 'Calls of several people.' },
    ),
  ),
  turn: Type.Optional(
    Type.Object(
      {
        uris: Type.Optional(
          Type.Array(Type.String({ pattern: '^(turns?|stuns?):[^\\s]+$' }), {
            description: 'The addresses of your relay, as clients use them.',
            expects: 'a list of addresses like turns:turn.agency.example?transport=tcp',
            default: [],
          }),
        ),
        shared_secret: text({
          description: 'What the relay knows as `static-auth-secret`. Clients get passwords that are derived from it.',
          expects: 'a text',
          isSecret: true,
          defaultText: 'no relay is offered',
        }),
        ttl_seconds: integer({
          minimum: 60,
          maximum: 7 * 24 * 60 * 60,
          description: 'How long such a password works, in seconds.',
          default: 24 * 60 * 60,
        }),
      },
      { description: 'A relay (coturn) for calls through networks that allow no direct way.' },
    ),
  ),
  login: Type.Optional(
    Type.Object(
      {
        sso_redirects: Type.Optional(
          Type.Array(Type.String({ minLength: 1 }), {
            description:
              'Addresses to which older applications may be sent after a log-in in the browser (`m.login.sso`), without query and compared exactly. Applications that speak OAuth 2.0 need none.',
            expects: 'a list of addresses like https://chat.agency.example/',
            default: [],
          }),
        ),
      },
      { description: 'How people log in.' },
    ),
  ),
  delayed_events: Type.Optional(
    Type.Object(
      {
        max_delay_hours: integer({
          minimum: 1,
          maximum: 30 * 24,
          description: 'The longest time for which an event may wait, in hours.',
          default: 24,
        }),
        max_per_user: integer({
          minimum: 0,
          maximum: 10_000,
          description: 'How many events of one person may wait at a time. 0 turns the feature off.',
          default: 100,
        }),
      },
      { description: 'Events that clients have the server send later. Calls rely on them.' },
    ),
  ),
  server_notices: Type.Optional(
    Type.Object(
      {
        localpart: text({
          description:
            'The part before the colon of the address in whose name the server writes. Nobody can log in with it. Rooms of an earlier name can be left.',
          expects: 'lower-case letters, digits and ._=/+-',
          default: '_server',
          accepts: (value: string) => /^[a-z0-9._=/+-]{1,64}$/.test(value),
        }),
        name: text({
          description: 'The name that people see, of the room too.',
          expects: 'a text',
          default: 'Server Notices',
        }),
      },
      { description: 'What the server itself tells people, each in a room of their own that they cannot leave.' },
    ),
  ),
  administration: Type.Optional(
    Type.Object(
      {
        may_read_rooms: Type.Optional(
          Type.Boolean({
            description:
              'Administrators may read the state and the messages of rooms that they are not in, as far as these are not encrypted. Each reading is noted in the audit log, with the reason that they give.',
            expects: 'true or false',
            default: false,
          }),
        ),
        may_act_as_people: Type.Optional(
          Type.Boolean({
            description:
              'Administrators may get a token with which they act as somebody else, for a day at most. It lets them read what that person can read without encryption. Each time is noted in the audit log.',
            expects: 'true or false',
            default: false,
          }),
        ),
      },
      { description: 'What administrators may do beyond running the server.' },
    ),
  ),
  retention: Type.Optional(
    Type.Object(
      {
        default_max_lifetime_days: integer({
          minimum: 1,
          maximum: MAX_LIFETIME_DAYS,
          description: 'How long messages are kept in rooms that do not say so themselves, in days.',
          defaultText: 'for ever',
        }),
        allowed_min_days: integer({
          minimum: 1,
          maximum: MAX_LIFETIME_DAYS,
          description: 'The shortest time that a room may set, in days: a shorter one counts as this.',
          default: 1,
        }),
        allowed_max_days: integer({
          minimum: 1,
          maximum: MAX_LIFETIME_DAYS,
          description: 'The longest time that a room may set, in days: a longer one counts as this.',
          defaultText: 'as long as rooms want',
        }),
      },
      {
        description:
          'Deleting messages for good. Older ones are hidden at once and deleted from the database within minutes, with the files that nothing else shows. Whose files the messages of encrypted rooms show the server cannot know: they stay. Backups and bridges keep what they have.',
      },
    ),
  ),
  threads: Type.Optional(
    Type.Object(
      {
        quiet: Type.Optional(
          Type.Boolean({
            description:
              'Whether messages in a thread notify only those who follow the thread, and whom they mention. Clients that know nothing of following then show no news of threads that their user takes part in: turn it on when all clients of your people can do it.',
            expects: 'true or false',
            default: false,
          }),
        ),
      },
      { description: 'Threads in rooms.' },
    ),
  ),
  federation: Type.Optional(
    Type.Object(
      {
        allow: Type.Optional(
          Type.Array(Type.String({ minLength: 1, maxLength: 255, pattern: SERVER_NAME }), {
            description:
              'The servers that this one may speak to, by the names at the end of their addresses. Nobody else is asked anything. They may be in your own network; where they delegate to may not.',
            expects: 'a list of server names like agency.example or agency.example:8448',
            default: [],
          }),
        ),
      },
      {
        description:
          'Other Matrix servers. So far they are asked for one thing: whether an event may go into a room for which they are the policy server.',
      },
    ),
  ),
  policy_server: Type.Optional(
    Type.Object(
      {
        public_key: text({
          description: 'Its public key, which clients look up to write it into the settings of a room.',
          expects: 'an Ed25519 key in Base64 without padding: 43 characters',
          defaultText: 'none is announced',
          accepts: (value: string) => /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/.test(value),
        }),
      },
      {
        description:
          'A policy server of yours under this server’s name. This server announces its key to those who set up a room; it asks whatever policy server a room names.',
      },
    ),
  ),
  appservices: Type.Optional(
    Type.Object(
      {
        directory: text({
          description:
            'A folder with the registration of each bridge or bot, as a `.yaml` file that comes with it. Whoever can write there can read and write in the name of others: only administrators should. The patterns of its namespaces are regular expressions that hold from the beginning of an identifier, so that `@_irc_` covers `@_irc_anna:agency.example`; such that could keep the server busy are refused. Read at the start of the server.',
          expects: 'a folder',
          defaultText: 'none',
        }),
      },
      { description: 'Bridges and bots: application services in the words of Matrix.' },
    ),
  ),
  mail: Type.Optional(
    Type.Object(
      {
        host: text({
          description:
            'The mail relay of your agency. Without it the server sends no mail, and accounts have no mail addresses.',
          expects: 'the name of a host',
          defaultText: 'no mail',
        }),
        port: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 65_535,
            description: 'The port of the relay.',
            expects: 'a port number',
            default: 465,
          }),
        ),
        security: Type.Optional(
          Type.Enum(['tls', 'starttls'], {
            description:
              'How the connection is encrypted: from the start (`tls`, port 465) or after a greeting (`starttls`, port 587). The certificate is always verified, and without encryption no mail is sent.',
            expects: 'tls or starttls',
            default: 'tls',
          }),
        ),
        authorities: text({
          description:
            'A PEM file with the authorities that certify the relay, when it is not one that the whole world knows.',
          expects: 'a file',
          defaultText: 'the authorities that Node.js knows',
        }),
        user: text({
          description: 'The name to log in with at the relay.',
          expects: 'a name',
          defaultText: 'no log-in',
        }),
        password: text({
          description: 'The password to log in with at the relay.',
          expects: 'a password',
          isSecret: true,
          defaultText: 'no log-in',
        }),
        from: text({
          description: 'The sender of all mails.',
          expects: 'a mail address without a name, like stafette@agency.example',
          accepts: (value: string) => parseEmail(value) !== undefined,
        }),
        language: Type.Optional(
          Type.Enum(['de', 'fr', 'en'], {
            description: 'The language of mails to people whose client asks for none of these.',
            expects: 'de, fr or en',
            default: 'en',
          }),
        ),
        domains: Type.Optional(
          Type.Array(Type.String({ minLength: 1 }), {
            description:
              'The domains whose mail addresses accounts may have: `agency.example` for exactly this one, `.agency.example` for those below it. An address of any other domain is refused.',
            expects: 'a list of domains in small letters, like agency.example or .agency.example',
            default: [],
          }),
        ),
        required_at_registration: Type.Optional(
          Type.Boolean({
            description: 'Whether a new account needs a confirmed mail address, besides its invitation code.',
            expects: 'true or false',
            default: false,
          }),
        ),
        link_origins: Type.Optional(
          Type.Array(Type.String({ minLength: 1 }), {
            description:
              'Where clients may lead people who have confirmed a mail address, besides this server. Any other place is refused.',
            expects: 'a list of addresses like https://chat.agency.example',
            default: [],
          }),
        ),
      },
      { description: 'Mail to people: confirming addresses and forgotten passwords.' },
    ),
  ),
  operations: Type.Optional(
    Type.Object(
      {
        listen: text({
          description:
            'Where `/livez`, `/readyz` and `/metrics` answer. Without a password, so keep it on the loopback interface or in a network of your monitoring. `off` turns it off.',
          expects: 'an address like 127.0.0.1:9008, or off',
          default: '127.0.0.1:9008',
          accepts: (value: string) => value === 'off' || isAddress(value),
        }),
      },
      { description: 'For monitoring.' },
    ),
  ),
  web: Type.Optional(
    Type.Object(
      {
        directory: text({
          description: 'The built web client that is served to browsers. `off` serves none.',
          expects: 'a folder, or off',
          defaultText: 'the one that comes with the server',
        }),
      },
      { description: 'The web client.' },
    ),
  ),
});

/** The file's content once it was checked. */
export type ConfigFile = Static<typeof configSchema>;

/** One key of the file: either a group of further keys or a value. */
export interface ConfigKey {
  readonly path: readonly string[];
  readonly schema: TSchema;
  /** The variable that overrides it; undefined for groups and maps. */
  readonly variable: string | undefined;
}

interface ObjectShape {
  readonly properties: Readonly<Record<string, TSchema>>;
}

/** The keys below a group's schema; undefined when it is not a group. */
export function groupKeys(schema: TSchema): Readonly<Record<string, TSchema>> | undefined {
  return 'properties' in schema && !('patternProperties' in schema)
    ? (schema as unknown as ObjectShape).properties
    : undefined;
}

/** Whether a schema is a map with keys of the operator's own. */
export const isMap = (schema: TSchema): boolean => 'patternProperties' in schema || 'additionalProperties' in schema;

/** The documentation members of a schema: TypeBox keeps what it does not know. */
export const documentationOf = (schema: TSchema): KeyDocumentation & { readonly default?: unknown } =>
  // Every schema above is made with these members.
  schema as unknown as KeyDocumentation & { readonly default?: unknown };

/** Every key, groups before what is in them, in the file's order. */
export function listConfigKeys(schema: TSchema = configSchema, path: readonly string[] = []): ConfigKey[] {
  return Object.entries(groupKeys(schema) ?? {}).flatMap(([name, child]) => {
    const childPath = [...path, name];
    const isGroup = groupKeys(child) !== undefined;
    const variable = isGroup || isMap(child) ? undefined : `STAFETTE_${childPath.join('_').toUpperCase()}`;
    return [{ path: childPath, schema: child, variable }, ...listConfigKeys(child, childPath)];
  });
}
