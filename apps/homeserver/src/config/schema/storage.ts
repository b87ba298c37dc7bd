import { Type } from 'typebox';
import { LOG_LEVELS } from '../../platform/log.ts';
import { hosts, integer, text } from './key-types.ts';

/** Where data is kept, and what of it. */
export const storage = {
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
};
