import { Type } from 'typebox';
import { integer, text } from './key-types.ts';

/** Calls. */
export const calls = {
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
};
