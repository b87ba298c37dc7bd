import { Deliveries } from '../features/appservices/index.ts';
import type { AppserviceGroup } from './appservices.ts';
import type { Basis } from './basis.ts';
import type { Encryption } from './encryption.ts';
import type { Identity } from './identity.ts';
import type { Personal } from './personal.ts';
import type { Presence } from '../features/presence/index.ts';
import type { Rooms } from './rooms.ts';

/** From now on services are told what happens; each has its account. */
export async function startDeliveries(
  { database, clock, log, notifier }: Basis,
  groups: AppserviceGroup & Identity & Rooms & Personal & Encryption & { readonly presence: Presence | undefined },
): Promise<Deliveries> {
  const services = groups.appservices.all;
  for (const service of services) await groups.accounts.ensureSender(service);
  const client = groups.serviceClient;
  return Deliveries.start(
    { ...groups, database, clock, log, notifier, client, aliases: groups.rooms.aliases },
    services,
  );
}
