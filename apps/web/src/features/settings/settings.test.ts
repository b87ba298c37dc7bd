import { expect, test } from 'vitest';
import { failure, success, type Outcome } from '../../model/failure.ts';
import type { OwnDevice } from '../../model/device.ts';
import { SettingsViewModel } from './settings-view-model.ts';

const phone: OwnDevice = { deviceId: 'PHONE', name: 'Telefon', isCurrent: false, isVerified: false, lastSeenTs: 1 };

async function setUp(): Promise<{
  settings: SettingsViewModel;
  world: { devices: readonly OwnDevice[]; outcome: Outcome<void> };
}> {
  const world = { devices: [phone] as readonly OwnDevice[], outcome: success(undefined) as Outcome<void> };
  const settings = new SettingsViewModel({
    listDevices: async () => success(world.devices),
    signOutDevice: async (deviceId) => {
      if (world.outcome.ok) world.devices = world.devices.filter((device) => device.deviceId !== deviceId);
      return world.outcome;
    },
    verifyDevice: async () => undefined,
    recoveryStatus: async () => ({ hasKey: true, isBackupActive: true }),
  });
  await settings.refresh();
  return { settings, world };
}

test('a device that is signed out leaves the list', async () => {
  const { settings } = await setUp();
  expect(settings.snapshot.get()).toMatchObject({ devices: [phone], recovery: { hasKey: true } });
  await settings.signOutDevice(phone);
  expect(settings.snapshot.get()).toMatchObject({ devices: [], busyDeviceId: undefined, failure: undefined });
});

test('a wrong password leaves the device where it is', async () => {
  const { settings, world } = await setUp();
  world.outcome = failure('wrong-credentials');
  await settings.signOutDevice(phone);
  expect(settings.snapshot.get()).toMatchObject({
    devices: [phone],
    failure: 'wrong-credentials',
    busyDeviceId: undefined,
  });
});
