import type { EventPolicy } from './event-policy.ts';

/** The policy for everybody but some senders, such as the server itself. */
export const exemptSenders = (policy: EventPolicy, isExempt: (sender: string) => boolean): EventPolicy => ({
  name: policy.name,
  decideEvent: (candidate, room) => (isExempt(candidate.sender) ? [] : policy.decideEvent(candidate, room)),
});
