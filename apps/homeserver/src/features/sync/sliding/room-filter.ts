import type { RoomId } from '@stafette/protocol';

/** What a list says about the rooms in it; an absent member says nothing. */
export interface RoomFilterParts {
  readonly isDm?: boolean | undefined;
  readonly isEncrypted?: boolean | undefined;
  readonly isInvited?: boolean | undefined;
  readonly roomTypes?: readonly (string | null)[] | undefined;
  readonly notRoomTypes?: readonly (string | null)[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly notTags?: readonly string[] | undefined;
  readonly spaces?: readonly string[] | undefined;
}

/** What filters look at in one of a user's rooms. */
export interface FilteredRoom {
  readonly roomId: RoomId;
  readonly membership: string;
  readonly isDm: boolean;
  readonly tags: ReadonlySet<string>;
  /** Asked only by filters that care. */
  readonly facts: () => RoomFacts;
  /** Whether one of the filter's spaces names the room. */
  readonly isInSpaces: () => boolean;
}

/** What the state of a room says, as far as the user may know it. */
export interface RoomFacts {
  readonly isEncrypted: boolean;
  /** Null for a room that is no space or the like. */
  readonly roomType: string | null;
}

/** The filter of a list, compiled. https://github.com/matrix-org/matrix-spec-proposals/pull/4186 */
export class RoomFilter {
  /** Equal for filters that are; '' for the one that every room passes. */
  readonly key: string;
  /** Empty unless the filter is about spaces. */
  readonly spaces: readonly string[];
  readonly usesFacts: boolean;
  readonly usesLabels: boolean;
  readonly #parts: RoomFilterParts;

  constructor(parts: RoomFilterParts) {
    const isSet = (name: keyof RoomFilterParts): boolean => parts[name] !== undefined;
    this.#parts = parts;
    this.spaces = parts.spaces ?? [];
    this.usesFacts = isSet('isEncrypted') || isSet('roomTypes') || isSet('notRoomTypes');
    this.usesLabels = isSet('isDm') || isSet('tags') || isSet('notTags');
    const isSelective = this.usesFacts || this.usesLabels || isSet('isInvited') || isSet('spaces');
    this.key = isSelective ? JSON.stringify(parts) : '';
  }

  matches(room: FilteredRoom): boolean {
    const { isDm, isEncrypted, isInvited, roomTypes, notRoomTypes, tags, notTags, spaces } = this.#parts;
    return (
      (isDm === undefined || isDm === room.isDm) &&
      (isInvited === undefined || isInvited === (room.membership === 'invite')) &&
      (tags === undefined || tags.some((tag) => room.tags.has(tag))) &&
      (notTags === undefined || !notTags.some((tag) => room.tags.has(tag))) &&
      (isEncrypted === undefined || isEncrypted === room.facts().isEncrypted) &&
      (roomTypes === undefined || roomTypes.includes(room.facts().roomType)) &&
      (notRoomTypes === undefined || !notRoomTypes.includes(room.facts().roomType)) &&
      (spaces === undefined || room.isInSpaces())
    );
  }
}
