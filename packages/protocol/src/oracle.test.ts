import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import type { JsonObject } from './json.ts';
import { parseJson } from './parse-json.ts';
import { signJson, verifyJsonSignature } from './signatures.ts';
import { jsonObject } from './testing/json-arbitrary.ts';
import { nodeCrypto, specSigner } from './testing/node-crypto.ts';

// Debian's interpreter, because the two modules are Debian packages.
const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('../oracle/oracle.py', import.meta.url));
const isInstalled = spawnSync(python, [script, 'modules']).status === 0;

/** Sends one document a line and collects one answer a line. */
async function ask(
  operation: 'canonical' | 'sign' | 'verify',
  documents: readonly string[],
): Promise<readonly string[]> {
  const child = spawn(python, [script, operation], { stdio: ['pipe', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  child.stdin.end(documents.map((document) => `${document}\n`).join(''));
  expect(await ended).toBe(0);
  const answers = Buffer.concat(chunks).toString().split('\n').slice(0, -1);
  expect(answers).toHaveLength(documents.length);
  return answers;
}

const sample = (count: number, seed: number): readonly JsonObject[] => fc.sample(jsonObject, { numRuns: count, seed });

const spell = (documents: readonly JsonObject[]): readonly string[] =>
  documents.map((document) => JSON.stringify(document));

function parse(text: string): JsonObject {
  const result = parseJson(text, { mode: 'strict' });
  // The oracle answers with objects.
  return result.ok ? (result.value as JsonObject) : expect.fail(`${result.error.code} in ${text}`);
}

const unsigned = ({ signatures: _signatures, unsigned: _unsigned, ...rest }: JsonObject): JsonObject => rest;

/** A comparison gives back the documents on which the two implementations differ. */
type Comparison = () => Promise<readonly unknown[]>;

async function compareCanonicalForms(): Promise<readonly unknown[]> {
  const documents = sample(100_000, 1);
  const answers = await ask('canonical', spell(documents));
  expect(new Set(answers).size).toBeGreaterThan(50_000);
  return documents.filter((document, index) => canonicalJson(document) !== answers[index]);
}

async function compareTheirSignatures(): Promise<readonly unknown[]> {
  const documents = sample(1000, 2).map(unsigned);
  const answers = await ask('sign', spell(documents));
  const isValid = (text: string): boolean =>
    verifyJsonSignature(parse(text), 'domain', 'ed25519:1', specSigner.publicKey, nodeCrypto).ok;
  const isOurs = (text: string, index: number): boolean =>
    text === canonicalJson(signJson(documents[index] ?? {}, 'domain', specSigner));
  return answers.filter((text, index) => !(isValid(text) && isOurs(text, index)));
}

async function compareOurSignatures(): Promise<readonly unknown[]> {
  const signed = sample(1000, 3).map((document) => signJson(unsigned(document), 'domain', specSigner));
  const changed = signed.map((document) => ({ ...document, 'one more': 1 }));
  const answers = await ask(
    'verify',
    [...signed, ...changed].map((document) => canonicalJson(document)),
  );
  return answers.filter((answer, index) => (answer === 'ok') !== index < signed.length);
}

/** Where the packages are missing, the run says so, and fails if it was told that it must compare. */
const reportMissing: Comparison = () => {
  console.warn('Not compared: install python3-canonicaljson and python3-signedjson.');
  return Promise.resolve(process.env['STAFETTE_ORACLE'] === 'required' ? ['no independent implementation'] : []);
};

const comparisons: readonly (readonly [string, Comparison])[] = isInstalled
  ? [
      ['agrees on the canonical form of 100,000 random documents, to the byte', compareCanonicalForms],
      ['makes 1,000 signatures that are valid for us and the same as ours', compareTheirSignatures],
      ['accepts 1,000 signatures of ours, and none over a changed document', compareOurSignatures],
    ]
  : [['DID NOT RUN: its Debian packages are missing', reportMissing]];

test.each(comparisons)('an independent implementation %s', { timeout: 240_000 }, async (_name, compare) => {
  expect(await compare()).toEqual([]);
});
