import { expect, test } from 'vitest';
import { failure, success, type Outcome } from '../../model/failure.ts';
import { DeviceConfirmationViewModel } from './device-confirmation-view-model.ts';

function setUp(outcome: Outcome<void>): {
  confirmation: DeviceConfirmationViewModel;
  tried: string[];
  world: { canAsk: boolean };
} {
  const tried: string[] = [];
  const world = { canAsk: true };
  const confirmation = new DeviceConfirmationViewModel({
    recover: async (key, onProgress) => {
      tried.push(key);
      onProgress({ restored: 3, total: 7 });
      return outcome;
    },
    askOtherDevice: async () => {
      if (!world.canAsk) throw new Error('offline');
    },
  });
  return { confirmation, tried, world };
}

test('the right key restores, and says how far it is', async () => {
  const { confirmation, tried } = setUp(success(undefined));
  confirmation.useKey();
  confirmation.changeKey('EsTA bBcd');
  await confirmation.submitKey();
  expect(tried).toEqual(['EsTA bBcd']);
  expect(confirmation.snapshot.get()).toMatchObject({ step: 'restoring', progress: { restored: 3, total: 7 } });
});

test('a wrong key stays where it can be corrected', async () => {
  const { confirmation } = setUp(failure('wrong-recovery-key'));
  confirmation.useKey();
  confirmation.changeKey('EsTA bBxx');
  await confirmation.submitKey();
  expect(confirmation.snapshot.get()).toMatchObject({
    step: 'enter-key',
    writtenKey: 'EsTA bBxx',
    failure: 'wrong-recovery-key',
  });
  confirmation.changeKey('EsTA bBcd');
  expect(confirmation.snapshot.get().failure).toBeUndefined();
});

test('an empty key is not sent', async () => {
  const { confirmation, tried } = setUp(success(undefined));
  confirmation.useKey();
  await confirmation.submitKey();
  expect(tried).toEqual([]);
  expect(confirmation.snapshot.get().failure).toBe('wrong-recovery-key');
});

test('beginning anew takes two steps, and there is a way back', () => {
  const { confirmation } = setUp(success(undefined));
  confirmation.askForReset();
  expect(confirmation.snapshot.get().step).toBe('confirm-reset');
  confirmation.back();
  expect(confirmation.snapshot.get().step).toBe('choose');
  confirmation.askForReset();
  confirmation.reset();
  expect(confirmation.snapshot.get().step).toBe('reset');
});

test('when the other devices cannot be asked the person learns it', async () => {
  const { confirmation, world } = setUp(success(undefined));
  world.canAsk = false;
  await confirmation.useOtherDevice();
  expect(confirmation.snapshot.get()).toMatchObject({ failure: 'unexpected', isAsking: false });
});
