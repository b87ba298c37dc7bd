import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface HeavyFunction {
  readonly name: string;
  readonly share: number;
}

/** The functions in which a profiled process itself spent its time, idle time left out, heaviest first. */
export async function readHeaviestFunctions(directory: string, count: number): Promise<readonly HeavyFunction[]> {
  const file = (await readdir(directory)).find((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error('the server wrote no profile');
  // Written by V8 in this format.
  const profile = JSON.parse(await readFile(join(directory, file), 'utf8')) as Profile;
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const selfTime = new Map<string, number>();
  let total = 0;
  profile.samples.forEach((id, index) => {
    const node = nodes.get(id);
    const elapsed = profile.timeDeltas[index] ?? 0;
    if (node === undefined || node.callFrame.functionName === '(idle)') return;
    const { functionName, url, lineNumber } = node.callFrame;
    const place = url === '' ? '' : ` ${basename(url)}:${lineNumber + 1}`;
    const name = `${functionName === '' ? '(anonymous)' : functionName}${place}`;
    total += elapsed;
    selfTime.set(name, (selfTime.get(name) ?? 0) + elapsed);
  });
  return [...selfTime]
    .map(([name, elapsed]) => ({ name, share: elapsed / total }))
    .sort((a, b) => b.share - a.share)
    .slice(0, count);
}
