import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import * as endpoints from './endpoints/dehydrated-devices.ts';
import type { DehydratedDevices } from './service.ts';

export { DehydratedDevices } from './service.ts';

export const dehydratedDevicesHandlers = (devices: DehydratedDevices) =>
  ({
    putDehydratedDevice: endpoints.putDehydratedDevice(devices),
    getDehydratedDevice: endpoints.getDehydratedDevice(devices),
    deleteDehydratedDevice: endpoints.deleteDehydratedDevice(devices),
    getDehydratedDeviceEvents: endpoints.getDehydratedDeviceEvents(devices),
    postDehydratedDeviceEvents: endpoints.postDehydratedDeviceEvents(devices),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
