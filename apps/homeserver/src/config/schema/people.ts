import { parseEmail } from '@stafette/protocol';
import { Type } from 'typebox';
import { text } from './key-types.ts';

/** How people log in and are reached. */
export const people = {
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
};
