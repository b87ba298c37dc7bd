import { RoomNameType, type RoomNameState } from 'matrix-js-sdk';
import type { Words } from './words.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#calculating-the-display-name-for-a-room */
export function nameRoom(state: RoomNameState, words: Words): string {
  switch (state.type) {
    case RoomNameType.Actual:
      return state.name;
    case RoomNameType.Generated:
      return words.nameByMembers(state.names, Math.max(0, state.count - 1 - state.names.length));
    case RoomNameType.EmptyRoom:
      return words.emptyRoom(state.oldName);
  }
}
