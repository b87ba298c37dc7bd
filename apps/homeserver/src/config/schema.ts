import { Type, type Static } from 'typebox';
import { storage } from './schema/storage.ts';
import { calls } from './schema/calls.ts';
import { people } from './schema/people.ts';
import { rooms } from './schema/rooms.ts';
import { neighbours } from './schema/neighbours.ts';
import { operation } from './schema/operation.ts';
import { isAddress, isHttpUrl, isNetwork, isServerName, text } from './schema/key-types.ts';

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
      accepts: isNetwork,
    }),
  ),
  data: text({
    description:
      'The folder for everything that is kept: the embedded database, uploaded files, logs. A relative path starts at the configuration file, or at the current folder without one.',
    expects: 'a folder',
    default: './data',
  }),
  ...storage,
  ...calls,
  ...people,
  ...rooms,
  ...neighbours,
  ...operation,
});

/** The file's content once it was checked. */
export type ConfigFile = Static<typeof configSchema>;
