import { Presence } from '../features/presence/index.ts';
import type { Basis } from './basis.ts';
import type { Personal } from './personal.ts';
import type { Rooms } from './rooms.ts';

/** Who is there; undefined where that is nobody's business. */
export async function composePresence(
  { database, clock, log, notifier, features }: Basis,
  { companions, roomEvents, profiles }: Rooms,
  { receipts, typing }: Personal,
): Promise<Presence | undefined> {
  if (!features.presence) return undefined;
  const presence = await Presence.open({ database, clock, log, notifier, roomEvents, companions });
  // https://spec.matrix.org/v1.19/client-server-api/#events-on-change-of-profile-information
  profiles.onShownChanged((userId, profile) => presence.noteProfile(userId, profile));
  receipts.onMoved(({ receipt }) => presence.noteActivity(receipt.userId));
  typing.onChanged((_roomId, _position, began) => {
    if (began !== undefined) presence.noteActivity(began);
  });
  return presence;
}
