import { sendToDevice } from './endpoints/send-to-device.ts';
import type { ToDevice } from './service.ts';

export { createToDevice, type ToDevice } from './service.ts';

export const toDeviceHandlers = (toDevice: ToDevice) => ({ sendToDevice: sendToDevice(toDevice) });
