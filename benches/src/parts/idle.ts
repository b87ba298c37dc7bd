import { holdIdlePolls } from '../cases/idle-polls.ts';
import { measureBroadcast } from '../limits/broadcast.ts';
import { printLimit } from '../report.ts';
import type { Part } from './part.ts';

/** W4, W5: everybody in one room waits; what the waiting costs, and when one message has reached all of them. */
export const idle: Part = async ({ withServer, polls, limitPort }) => {
  const result = await withServer({}, (server) => holdIdlePolls(server, polls));
  const limit = await measureBroadcast(limitPort, polls, result.answerBytes);
  console.log(`\nW4, W5 ${polls.toLocaleString('en')} members of one room wait in /sync`);
  printLimit('memory on top', result.addedMiB, ` MiB (${result.kibPerPoll.toFixed(1)} KiB each)`);
  printLimit('one message, first half has it', result.delivery.p50Ms, ' ms');
  const times = (result.delivery.maxMs / limit.delivery.maxMs).toFixed(1);
  printLimit('one message, everybody has it', result.delivery.maxMs, ` ms   ${times} x the bare sockets`);
  printLimit('bare sockets, everybody has it', limit.delivery.maxMs, ' ms');
  return { result, limit };
};
