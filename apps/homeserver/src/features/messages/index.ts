import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { redactEvent } from './endpoints/redact-event.ts';
import { sendMessage } from './endpoints/send-message.ts';
import { setRoomStateWithKey } from './endpoints/set-room-state-with-key.ts';
import type { Messages } from './service.ts';

export { Messages } from './service.ts';

export const messagesHandlers = (messages: Messages) =>
  ({
    sendMessage: sendMessage(messages),
    setRoomStateWithKey: setRoomStateWithKey(messages),
    redactEvent: redactEvent(messages),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
