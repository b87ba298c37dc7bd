import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';

/** What a YAML document is made of. */
export type Yaml = string | number | boolean | null | readonly Yaml[] | YamlObject;
export interface YamlObject {
  readonly [key: string]: Yaml;
}

export const isYamlObject = (value: Yaml | undefined): value is YamlObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The member at the end of a path through a document; undefined where there is none. */
export function memberAt(document: Yaml | undefined, ...path: readonly string[]): Yaml | undefined {
  return path.reduce<Yaml | undefined>((value, name) => (isYamlObject(value) ? value[name] : undefined), document);
}

/** As {@link memberAt}, for a member that is text; empty where there is none. */
export function textAt(document: Yaml | undefined, ...path: readonly string[]): string {
  const value = memberAt(document, ...path);
  return typeof value === 'string' ? value : '';
}

const pointerPath = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));

/** Reads documents that refer to parts of each other, and puts what is referred to in the place of the reference. */
export class YamlReader {
  readonly #documents = new Map<string, Yaml>();

  /** `path` is absolute. */
  read(path: string): Yaml {
    let document = this.#documents.get(path);
    if (document === undefined) {
      // YAML has no other values than these.
      document = parse(readFileSync(path, 'utf8')) as Yaml;
      this.#documents.set(path, document);
    }
    return document;
  }

  /** A value without references. One inside what it refers to stands for anything. */
  resolved(value: Yaml, path: string, inside: ReadonlySet<string> = new Set()): Yaml {
    if (Array.isArray(value)) return value.map((item: Yaml) => this.resolved(item, path, inside));
    if (!isYamlObject(value)) return value;
    const { $ref, ...others } = value;
    const own = Object.fromEntries(
      Object.entries(others).map(([name, item]) => [name, this.resolved(item, path, inside)]),
    );
    if (typeof $ref !== 'string') return own;
    const target = this.#follow($ref, path, inside);
    return isYamlObject(target) ? { ...target, ...own } : own;
  }

  #follow(reference: string, path: string, inside: ReadonlySet<string>): Yaml {
    const [file = '', pointer = ''] = reference.split('#');
    const targetPath = file === '' ? path : resolve(dirname(path), file);
    const key = `${targetPath}#${pointer}`;
    if (inside.has(key)) return {};
    const target = memberAt(this.read(targetPath), ...pointerPath(pointer));
    if (target === undefined) throw new Error(`${path} refers to ${reference}, which does not exist`);
    return this.resolved(target, targetPath, new Set([...inside, key]));
  }
}
