import { Type } from 'typebox';
import { SERVER_NAME, text } from './key-types.ts';

/** Other servers and programs. */
export const neighbours = {
  federation: Type.Optional(
    Type.Object(
      {
        allow: Type.Optional(
          Type.Array(Type.String({ minLength: 1, maxLength: 255, pattern: SERVER_NAME }), {
            description:
              'The servers that this one speaks with, by the names at the end of their addresses. Nobody else is asked anything, and nobody else gets an answer. They may be in your own network; where they delegate to may not.',
            expects: 'a list of server names like agency.example or agency.example:8448',
            default: [],
          }),
        ),
        device_names: Type.Optional(
          Type.Boolean({
            description:
              'Whether other servers are told what people call their devices. Names like “Anna’s phone” or those of programs say more about somebody than others need to encrypt for them.',
            expects: 'true or false',
            default: false,
          }),
        ),
      },
      {
        description:
          'Other Matrix servers. Rooms are not shared with them yet. A server may ask another one who somebody is, for the keys of their devices, where an alias leads, and whether an event may go into a room for which it is the policy server.',
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
};
