import type { StoredEvent } from '../room-events/index.ts';
import { toClientJson } from '../room-events/index.ts';

/** Events in one transaction. */
export const MAX_EVENTS = 100;
/** Characters of events in one transaction; a longer event goes alone. */
const MAX_EVENT_CHARS = 1024 * 1024;

/** How many of the first events go into one transaction. */
export function countFitting(events: readonly StoredEvent[]): number {
  let chars = 0;
  for (const [index, event] of events.slice(0, MAX_EVENTS).entries()) {
    chars += event.json.length;
    if (index > 0 && chars > MAX_EVENT_CHARS) return index;
  }
  return Math.min(events.length, MAX_EVENTS);
}

export interface TransactionContent {
  readonly events: readonly StoredEvent[];
  /** JSON texts, each with the room's id or the device's in it. */
  readonly ephemeral?: readonly string[];
  readonly toDevice?: readonly string[] | undefined;
  /** Members about devices, as JSON texts. */
  readonly devices?: readonly string[] | undefined;
}

/** The body of a transaction; undefined when there is nothing in it. https://spec.matrix.org/v1.19/application-service-api/#put_matrixappv1transactionstxnid */
export function transactionBody(
  { events, ephemeral = [], toDevice = [], devices = [] }: TransactionContent,
  names: { readonly stable: boolean; readonly unstable: boolean },
  nowMs: number,
): string | undefined {
  if (events.length + ephemeral.length + toDevice.length + devices.length === 0) return undefined;
  const members = [`"events":[${events.map((event) => toClientJson(event, { nowMs })).join(',')}]`];
  const add = (name: string, texts: readonly string[]): void => {
    if (texts.length > 0) members.push(`${JSON.stringify(name)}:[${texts.join(',')}]`);
  };
  if (names.stable) add('ephemeral', ephemeral);
  if (names.unstable) add('de.sorunome.msc2409.ephemeral', ephemeral);
  if (names.stable) add('to_device', toDevice);
  // MSC4203 is not stable yet: services look for this name too.
  if (names.unstable || names.stable) add('de.sorunome.msc2409.to_device', toDevice);
  return `{${[...members, ...devices].join(',')}}`;
}
