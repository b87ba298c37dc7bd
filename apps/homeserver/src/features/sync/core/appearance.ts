import type { Requester } from '../../../http/requester.ts';

/** How somebody appears by asking for news; an administrator who acts as them changes nothing about it. */
export const appearanceOf = <State>({ acting }: Pick<Requester, 'acting'>, wanted: State): State | 'offline' =>
  acting === undefined ? wanted : 'offline';
