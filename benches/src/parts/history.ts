import { TEXT } from '../cases/sends.ts';
import { measurePageRead } from '../limits/stored-events.ts';
import { closedLoop } from '../load/closed-loop.ts';
import { inBatches } from '../load/in-batches.ts';
import { getAt, SET_UP_WIDTH, withUsers } from '../load/users.ts';
import { printLimit, printLoop } from '../report.ts';
import type { Part } from './part.ts';

const MEMBERS = 1_000;
const MESSAGES = 5_000;
const PAGE = 100;

/** W10: pages of a long history, the members of a large room, a search in it. */
export const history: Part = async ({ withServer, measureMs }) =>
  withServer({}, ({ url, postgres }) =>
    withUsers(url, { prefix: 'w10-', count: MEMBERS, connections: SET_UP_WIDTH }, async (users) => {
      const reader = getAt(users, 0);
      const roomId = await reader.createRoom({ preset: 'public_chat' });
      await inBatches(users.slice(1), SET_UP_WIDTH, (user) => user.join(roomId));
      await inBatches(Array.from({ length: MESSAGES }), SET_UP_WIDTH, (_, index) =>
        getAt(users, index).send(roomId, `${TEXT} ${index}`),
      );
      const room = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}`;
      const options = { callers: 1, warmUpMs: measureMs / 4, measureMs };
      let from: unknown;
      const pages = await closedLoop(options, async () => {
        const place = typeof from === 'string' ? `&from=${encodeURIComponent(from)}` : '';
        from = (await reader.request('GET', `${room}/messages?dir=b&limit=${PAGE}${place}`))['end'];
      });
      const members = await closedLoop(options, async () => void (await reader.requestText('GET', `${room}/members`)));
      const search = await closedLoop(options, async (_, round) => {
        const wish = { search_term: `Arbeitsgruppe ${round % MESSAGES}`, order_by: 'recent' };
        await reader.requestText('POST', '/_matrix/client/v3/search', { search_categories: { room_events: wish } });
      });
      const limit = await measurePageRead(postgres, roomId, PAGE);
      console.log(
        `\nW10 a room of ${MEMBERS.toLocaleString('en')} members and ${MESSAGES.toLocaleString('en')} messages`,
      );
      printLimit(`read ${PAGE} events`, limit.p50Ms, ' ms');
      printLoop(`page of ${PAGE} messages`, pages, `${(pages.latency.p50Ms / limit.p50Ms).toFixed(1)} x the read`);
      printLoop('all members', members, '');
      printLoop('search for two words', search, '');
      return { pages, members, search, limit };
    }),
  );
