import type { RoomEvents } from '../room-events/index.ts';
import { setTyping } from './endpoints/set-typing.ts';
import type { Typing } from './service.ts';

export { Typing } from './service.ts';

export const typingHandlers = (typing: Typing, roomEvents: RoomEvents) => ({
  setTyping: setTyping(typing, roomEvents),
});
