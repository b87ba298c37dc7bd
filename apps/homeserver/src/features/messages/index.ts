import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { redactEvent } from './endpoints/redact-event.ts';
import { sendMessage } from './endpoints/send-message.ts';
import { setRoomStateWithKey } from './endpoints/set-room-state-with-key.ts';
import type { Messages, ScheduleEvent } from './service.ts';

export { type DelayedEventRequest, Messages, type ScheduleEvent } from './service.ts';

export const messagesHandlers = (messages: Messages, schedule: ScheduleEvent) =>
  ({
    sendMessage: sendMessage(messages, schedule),
    setRoomStateWithKey: setRoomStateWithKey(messages, schedule),
    redactEvent: redactEvent(messages),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
