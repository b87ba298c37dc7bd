import { Type } from 'typebox';
import { isAddress, text } from './key-types.ts';

/** Running the server. */
export const operation = {
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
};
