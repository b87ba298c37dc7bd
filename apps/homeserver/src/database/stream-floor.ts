import { fragment, type SqlFragment } from './sql.ts';

/** The highest position of rows that are no more, or null. A stream that starts goes on after it. */
export const floorOf = (stream: string): SqlFragment =>
  fragment`(select position from stream_floor where stream = ${stream})`;

/** Follows `with gone as (delete ... returning position)`: the positions of those rows stay used. */
export const keepFloor = (stream: string): SqlFragment => fragment`
  insert into stream_floor as known (stream, position) select ${stream}::text, max(position) from gone having count(*) > 0
  on conflict (stream) do update set position = greatest(known.position, excluded.position)`;
