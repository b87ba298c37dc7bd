import { badJson, invalidParam, type clientServer } from '@stafette/contracts';
import { isJsonObject, type JsonObject } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { assertOwner, readRoomId } from '../own-data.ts';
import type { AccountData } from '../service.ts';

/** Tags are the room's account data of this type. https://spec.matrix.org/v1.19/client-server-api/#room-tagging */
const TYPE = 'm.tag';
const MAX_TAG_BYTES = 255;
const MAX_TAGS = 1000;

const tagsOf = (content: JsonObject | undefined): JsonObject => {
  const tags = content?.['tags'];
  return isJsonObject(tags) ? tags : {};
};

function assertTag(tag: string): void {
  if (Buffer.byteLength(tag) > MAX_TAG_BYTES) throw invalidParam(`A tag has at most ${MAX_TAG_BYTES} bytes`);
}

export const getRoomTags =
  (accountData: AccountData): Handler<typeof clientServer.getRoomTags> =>
  async ({ params, requester }) => {
    assertOwner(params.userId, requester);
    return { tags: tagsOf(await accountData.find(requester.userId, readRoomId(params.roomId), TYPE)) };
  };

export const setRoomTag =
  (accountData: AccountData): Handler<typeof clientServer.setRoomTag> =>
  async ({ params: { userId, roomId, tag }, body, requester }) => {
    assertOwner(userId, requester);
    assertTag(tag);
    const order = body['order'];
    if (order !== undefined && typeof order !== 'number') throw badJson('order is a number');
    await accountData.edit(requester.userId, readRoomId(roomId), TYPE, (content) => {
      const others = Object.entries(tagsOf(content)).filter(([name]) => name !== tag);
      if (others.length >= MAX_TAGS) throw invalidParam(`A room has at most ${MAX_TAGS} tags`);
      return { tags: Object.fromEntries([...others, [tag, body]]) };
    });
    return {};
  };

export const deleteRoomTag =
  (accountData: AccountData): Handler<typeof clientServer.deleteRoomTag> =>
  async ({ params: { userId, roomId, tag }, requester }) => {
    assertOwner(userId, requester);
    assertTag(tag);
    await accountData.edit(requester.userId, readRoomId(roomId), TYPE, (content) => ({
      tags: Object.fromEntries(Object.entries(tagsOf(content)).filter(([name]) => name !== tag)),
    }));
    return {};
  };
