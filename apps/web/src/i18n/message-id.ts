import type { en } from './en.ts';

export type MessageId = keyof typeof en;
/** What a language must say: all of it. */
export type Messages = Readonly<Record<MessageId, string>>;
