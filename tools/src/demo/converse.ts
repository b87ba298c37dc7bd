import { EventType, MsgType, Preset, RelationType } from 'matrix-js-sdk';
import type { RoomMessageEventContent } from 'matrix-js-sdk/lib/types.js';
import type { Conversation, Line } from './cast.ts';
import { waitForEvent, waitForPeople, type Member } from './member.ts';

/** Text with the two stars of Markdown, and the same as HTML. */
function messageOf(line: Line, repliedTo: string | undefined): RoomMessageEventContent {
  const html = line.text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/\*\*(.+?)\*\*/g, '<strong>$1</strong>');
  return {
    msgtype: MsgType.Text,
    body: line.text,
    ...(html === line.text ? {} : { format: 'org.matrix.custom.html', formatted_body: html }),
    ...(repliedTo === undefined ? {} : { 'm.relates_to': { 'm.in_reply_to': { event_id: repliedTo } } }),
  };
}

async function createRoom(
  { name, topic, people }: Conversation,
  members: ReadonlyMap<string, Member>,
): Promise<{ roomId: string; present: readonly Member[] }> {
  const present = people.map((loginName) => {
    const member = members.get(loginName);
    if (!member) throw new Error(`${loginName} is not in the cast`);
    return member;
  });
  const [creator, ...others] = present;
  if (!creator) throw new Error('a conversation needs people');
  const { room_id: roomId } = await creator.client.createRoom({
    ...(name === undefined ? {} : { name }),
    ...(topic === undefined ? {} : { topic }),
    preset: name === undefined ? Preset.TrustedPrivateChat : Preset.PrivateChat,
    is_direct: name === undefined,
    initial_state: [{ type: EventType.RoomEncryption, state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } }],
    invite: others.map(({ login }) => login.userId),
  });
  for (const { client } of others) await client.joinRoom(roomId);
  if (name === undefined) {
    for (const { client, login } of present) {
      const partner = present.find((other) => other.login !== login);
      if (partner) await client.setAccountData(EventType.Direct, { [partner.login.userId]: [roomId] });
    }
  }
  return { roomId, present };
}

/** Lets people say their lines, each when the others have read the line before, as people do. */
export async function converse(conversation: Conversation, members: ReadonlyMap<string, Member>): Promise<void> {
  const { roomId, present } = await createRoom(conversation, members);
  const userIds = present.map(({ login }) => login.userId);
  await Promise.all(present.map(async (member) => waitForPeople(member, roomId, userIds)));
  let previous: string | undefined;
  for (const line of conversation.lines) {
    const speaker = members.get(line.by);
    if (!speaker) throw new Error(`${line.by} is not in the cast`);
    const { event_id: eventId } = await speaker.client.sendMessage(
      roomId,
      messageOf(line, line.isReply === true ? previous : undefined),
    );
    previous = eventId;
    await Promise.all(present.map(async (member) => waitForEvent(member, roomId, eventId)));
    for (const [loginName, key] of Object.entries(line.reactions ?? {})) {
      await members.get(loginName)?.client.sendEvent(roomId, EventType.Reaction, {
        'm.relates_to': { rel_type: RelationType.Annotation, event_id: eventId, key },
      });
    }
  }
}
