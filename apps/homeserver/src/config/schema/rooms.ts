import { Type } from 'typebox';
import { integer } from './key-types.ts';

/** A hundred years. */
const MAX_LIFETIME_DAYS = 36_500;

/** What happens in rooms. */
export const rooms = {
  rooms: Type.Optional(
    Type.Object(
      {
        default_version: integer({
          minimum: 10,
          maximum: 12,
          description:
            'The room version of new rooms, unless a client asks for another. Some applications from before the autumn of 2025 can neither make nor open rooms of version 12: as long as people use them, choose 11.',
          default: 12,
        }),
      },
      { description: 'What new rooms are like.' },
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
};
