import type { RoomId } from '@stafette/protocol';
import { parseRoomId } from '@stafette/protocol';
import type { RoomView, StoredEvent } from '../room-events/index.ts';

/** Children of one space that are looked at. */
const MAX_CHILDREN = 1000;
/** https://spec.matrix.org/v1.19/client-server-api/#ordering-of-children-within-a-space */
const VALID_ORDER = /^[\x20-\x7e]{1,50}$/;

export interface SpaceChild {
  readonly roomId: RoomId;
  readonly event: StoredEvent;
}

const orderOf = ({ event }: SpaceChild): string | undefined => {
  const order = event.content['order'];
  return typeof order === 'string' && VALID_ORDER.test(order) ? order : undefined;
};

const compareTexts = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/** Children with an order come first; then the older ones. */
function compareChildren(one: SpaceChild, other: SpaceChild): number {
  const [left, right] = [orderOf(one), orderOf(other)];
  if (left !== undefined && right !== undefined && left !== right) return compareTexts(left, right);
  if ((left === undefined) !== (right === undefined)) return left === undefined ? 1 : -1;
  return one.event.originServerTs - other.event.originServerTs || compareTexts(one.roomId, other.roomId);
}

function asChild(event: StoredEvent, suggestedOnly: boolean): SpaceChild | undefined {
  if (event.type !== 'm.space.child' || event.stateKey === undefined) return undefined;
  const roomId = parseRoomId(event.stateKey);
  const via = event.content['via'];
  // A child that was removed has no `via`.
  const isChild = roomId !== undefined && Array.isArray(via) && via.some((server) => typeof server === 'string');
  return isChild && (!suggestedOnly || event.content['suggested'] === true) ? { roomId, event } : undefined;
}

/** The children of a space in their order; none of a room that is no space. https://spec.matrix.org/v1.19/client-server-api/#mspacechild */
export function childrenOf(room: RoomView, suggestedOnly: boolean): readonly SpaceChild[] {
  if (room.state('m.room.create', '')?.content['type'] !== 'm.space') return [];
  const children: SpaceChild[] = [];
  for (const event of room.allState()) {
    const child = asChild(event, suggestedOnly);
    if (child !== undefined) children.push(child);
  }
  return children.sort(compareChildren).slice(0, MAX_CHILDREN);
}
