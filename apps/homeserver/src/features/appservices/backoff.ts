const FIRST_MS = 500;
const LONGEST_MS = 60_000;

/** How long to leave a service alone that failed so many times in a row: half a second, one, two, ... a minute. */
export const backoffMs = (failures: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
