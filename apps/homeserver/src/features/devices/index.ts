import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import {
  deleteDevice,
  deleteDevices,
  getDevice,
  getDevices,
  updateDevice,
  type DevicesDependencies,
} from './endpoints/devices.ts';

export const devicesHandlers = (dependencies: DevicesDependencies) =>
  ({
    getDevices: getDevices(dependencies),
    getDevice: getDevice(dependencies),
    updateDevice: updateDevice(dependencies),
    deleteDevice: deleteDevice(dependencies),
    deleteDevices: deleteDevices(dependencies),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
