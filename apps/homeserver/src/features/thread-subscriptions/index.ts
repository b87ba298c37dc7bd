import {
  getThreadSubscription,
  getThreadSubscriptionChanges,
  subscribeThread,
  unsubscribeThread,
} from './endpoints/thread-subscriptions.ts';
import type { ThreadSubscriptions } from './service.ts';

export { ThreadSubscriptions } from './service.ts';

export const threadSubscriptionsHandlers = (subscriptions: ThreadSubscriptions) => ({
  getThreadSubscription: getThreadSubscription(subscriptions),
  subscribeThread: subscribeThread(subscriptions),
  unsubscribeThread: unsubscribeThread(subscriptions),
  getThreadSubscriptionChanges: getThreadSubscriptionChanges(subscriptions),
});
