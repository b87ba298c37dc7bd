import type { Aliases } from '../rooms/index.ts';
import { AliasRooms } from './alias-rooms.ts';
import type { Appservice } from './appservice.ts';
import { Delivery, type DeliveryDependencies } from './delivery.ts';
import { DeviceNews, type DeviceNewsSources } from './device-news.ts';
import { EphemeralNews, type EphemeralSources } from './ephemeral-news.ts';
import { Interest } from './interest.ts';

interface Dependencies extends DeliveryDependencies, EphemeralSources, DeviceNewsSources {
  readonly aliases: Aliases;
}

/** Tells every service that has an address what happens; one that is slow or away holds nobody up. */
export class Deliveries {
  readonly #byId: ReadonlyMap<string, Delivery>;

  private constructor(byId: ReadonlyMap<string, Delivery>) {
    this.#byId = byId;
  }

  static async start(dependencies: Dependencies, services: readonly Appservice[]): Promise<Deliveries> {
    const { aliases, roomEvents } = dependencies;
    const byId = new Map<string, Delivery>();
    for (const service of services) {
      if (service.registration.url === undefined) continue;
      const { stable, unstable } = service.registration.ephemeral;
      const aliasRooms = await AliasRooms.open(service, aliases);
      const interest = new Interest(service, aliasRooms, (roomId) => roomEvents.loadedRoom(roomId));
      const ephemeral = stable || unstable ? new EphemeralNews(service, interest, dependencies) : undefined;
      const deviceNews = service.registration.wantsDeviceNews ? new DeviceNews(service, dependencies) : undefined;
      const delivery = new Delivery(dependencies, { service, interest, ephemeral, deviceNews });
      await delivery.start();
      byId.set(service.id, delivery);
    }
    return new Deliveries(byId);
  }

  /** The service has shown that it is there. */
  retryNow(service: Appservice): void {
    this.#byId.get(service.id)?.retryNow();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#byId.values()].map(async (delivery) => delivery.stop()));
  }
}
