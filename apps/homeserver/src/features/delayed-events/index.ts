import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import {
  getDelayedEvent,
  getDelayedEvents,
  manageDelayedEvent,
  scheduleDelayedEvent,
  updateDelayedEvent,
} from './endpoints/delayed-events.ts';
import type { DelayedEvents } from './service.ts';

export { type DelayedEventLimits, DelayedEvents } from './service.ts';

export const delayedEventsHandlers = (delayedEvents: DelayedEvents) =>
  ({
    scheduleDelayedEvent: scheduleDelayedEvent(delayedEvents),
    getDelayedEvents: getDelayedEvents(delayedEvents),
    getDelayedEvent: getDelayedEvent(delayedEvents),
    cancelDelayedEvent: manageDelayedEvent(delayedEvents, 'cancel'),
    restartDelayedEvent: manageDelayedEvent(delayedEvents, 'restart'),
    sendDelayedEvent: manageDelayedEvent(delayedEvents, 'send'),
    updateDelayedEvent: updateDelayedEvent(delayedEvents),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
