/** Runs `work` over all items, `width` at a time, and keeps the order of the results. */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += width) {
    results.push(
      ...(await Promise.all(items.slice(start, start + width).map((item, offset) => work(item, start + offset)))),
    );
  }
  return results;
}
