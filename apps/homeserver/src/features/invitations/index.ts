import type { admin } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { createInvitation, deleteInvitation, listInvitations } from './endpoints/invitations.ts';
import type { Invitations } from './service.ts';

export { Invitations } from './service.ts';

export const invitationsHandlers = (invitations: Invitations) =>
  ({
    createInvitation: createInvitation(invitations),
    listInvitations: listInvitations(invitations),
    deleteInvitation: deleteInvitation(invitations),
  }) satisfies Partial<HandlersOf<typeof admin>>;
