import { expect, test } from 'vitest';
import { failure, success, type Outcome } from '../../model/failure.ts';
import { InvitationsViewModel, type CreatedInvitation } from './invitations-view-model.ts';

function setUp(): { dialog: InvitationsViewModel; world: { error: Outcome<never> | undefined } } {
  const world: { error: Outcome<never> | undefined } = { error: undefined };
  let number = 0;
  const dialog = new InvitationsViewModel({
    create: async ({ displayName, isAdmin }) => {
      number += 1;
      const invitation: CreatedInvitation = {
        code: `CODE-${number}`,
        url: `https://x/register#CODE-${number}`,
        expiresTs: 0,
        displayName,
        isAdmin,
      };
      return world.error ?? success(invitation);
    },
  });
  return { dialog, world };
}

test('codes are listed, the newest first, and the form is empty again', async () => {
  const { dialog } = setUp();
  dialog.changeDisplayName(' Bernd ');
  dialog.changeRole(true);
  await dialog.create();
  await dialog.create();
  expect(dialog.snapshot.get()).toMatchObject({
    displayName: '',
    isAdmin: false,
    created: [
      { code: 'CODE-2', displayName: undefined, isAdmin: false },
      { code: 'CODE-1', displayName: 'Bernd', isAdmin: true },
    ],
  });
});

test('a failure keeps what was typed', async () => {
  const { dialog, world } = setUp();
  world.error = failure('offline');
  dialog.changeDisplayName('Bernd');
  await dialog.create();
  expect(dialog.snapshot.get()).toMatchObject({ displayName: 'Bernd', failure: 'offline', created: [], isBusy: false });
});

test('codes are forgotten with the dialog', async () => {
  const { dialog } = setUp();
  await dialog.create();
  dialog.dispose();
  expect(dialog.snapshot.get().created).toEqual([]);
});
