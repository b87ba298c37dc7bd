import { getPresence, type SharesRoom } from './endpoints/get-presence.ts';
import { setPresence } from './endpoints/set-presence.ts';
import type { Presence } from './service.ts';

export type { PresenceState } from './person.ts';
export { Presence, type PresenceNews, type SeenPerson } from './service.ts';

/** `presence` undefined: it is switched off. */
export const presenceHandlers = (presence: Presence | undefined, sharesRoom: SharesRoom) => ({
  getPresence: getPresence(presence, sharesRoom),
  setPresence: setPresence(presence),
});
