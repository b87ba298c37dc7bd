import { forbidden, invalidParam } from '@stafette/contracts';
import { type JsonObject, type UserId, readStoredJson } from '@stafette/protocol';
import type { WriteTx } from '../../database/database.ts';
import { findSignedText, type CrossSigning } from '../cross-signing/index.ts';
import type { DeviceLists } from '../device-lists/index.ts';
import * as store from './store.ts';

/** An upload that was read and checked. Texts are canonical JSON. */
export interface PreparedUpload extends store.DeviceRef {
  readonly deviceKeys: string | undefined;
  readonly oneTimeKeys: readonly store.NewKey[];
  readonly fallbackKeys: readonly store.NewKey[];
  /** Written in the same transaction. */
  readonly alongside: ((tx: WriteTx) => Promise<void>) | undefined;
}

/** What became of an upload: how many one-time keys the device has by algorithm, or why nothing of it was written. */
export type UploadOutcome = { readonly counts: Readonly<Record<string, number>> } | { readonly refusal: Error };

/** A client keeps 50 to 100. */
const MAX_ONE_TIME_KEYS = 1000;

/** A claim reads all keys of a batch for one of them, an upload writes a row for each. */
const KEYS_OF_A_BATCH = 8;

export interface UploadDependencies {
  readonly deviceLists: DeviceLists;
  readonly crossSigning: Pick<CrossSigning, 'listPublicKeys' | 'removeDeviceSignatures'>;
}

/** An upload beside what the device had before. */
interface Judged {
  readonly upload: PreparedUpload;
  readonly outcome: UploadOutcome;
  /** Those of its one-time keys that the device did not have. */
  readonly newKeys: readonly store.NewKey[];
  /** The device published other keys of its own, or none. */
  readonly isNews: boolean;
  /** Other keys under a known name are another device: what belonged to the one before is worthless and goes. */
  readonly isAnotherDevice: boolean;
}

export const byAlgorithm = (counts: readonly store.KeyCount[]): Readonly<Record<string, number>> =>
  Object.fromEntries(counts.map(({ algorithm, count }) => [algorithm, count]));

// Written from an object.
const readObject = (text: string): JsonObject => readStoredJson(text) as JsonObject;

const nameOf = ({ userId, deviceId }: store.DeviceRef): string => `${userId} ${deviceId}`;

function* batchesOf({ upload: { userId, deviceId }, newKeys }: Judged): Iterable<store.KeyBatch> {
  for (const [algorithm, keys] of Map.groupBy(newKeys, (key) => key.algorithm))
    for (let start = 0; start < keys.length; start += KEYS_OF_A_BATCH)
      yield { userId, deviceId, algorithm, keys: keys.slice(start, start + KEYS_OF_A_BATCH) };
}

/**
 * Writes the uploads of different devices in one transaction, each of them wholly or not at all.
 *
 * 1. Lock the devices, and read what they have.
 * 2. Judge each upload by it.
 * 3. Write what passed, and note whose keys others have to fetch again.
 */
export async function writeUploads(
  { deviceLists, crossSigning }: UploadDependencies,
  uploads: readonly PreparedUpload[],
): Promise<readonly UploadOutcome[]> {
  return deviceLists.changeMany(uploads.length, async (tx) => {
    await store.lockDevices(tx, uploads);
    const judged = await judge(tx, crossSigning, uploads);
    const accepted = judged.filter(({ outcome }) => 'counts' in outcome);
    for (const { upload, isAnotherDevice } of accepted) {
      await upload.alongside?.(tx);
      if (!isAnotherDevice) continue;
      await store.removeDevices(tx, upload.userId, [upload.deviceId]);
      await crossSigning.removeDeviceSignatures(tx, upload.userId, [upload.deviceId]);
    }
    const news = accepted.filter(({ isNews }) => isNews).map(({ upload }) => upload);
    const oneTimeKeys = accepted.flatMap((judged) => [...batchesOf(judged)]);
    const fallbackKeys = accepted.flatMap(({ upload: { userId, deviceId, fallbackKeys: keys } }) =>
      keys.map((key) => ({ userId, deviceId, ...key })),
    );
    if (news.length > 0)
      await store.upsertDeviceKeys(
        tx,
        news.map(({ userId, deviceId, deviceKeys = '' }) => ({ userId, deviceId, json: deviceKeys })),
      );
    if (oneTimeKeys.length > 0) await store.insertOneTimeKeys(tx, oneTimeKeys);
    if (fallbackKeys.length > 0) await store.upsertFallbackKeys(tx, fallbackKeys);
    return { changed: new Set(news.map(({ userId }) => userId)), result: judged.map(({ outcome }) => outcome) };
  });
}

async function judge(
  tx: WriteTx,
  crossSigning: UploadDependencies['crossSigning'],
  uploads: readonly PreparedUpload[],
): Promise<readonly Judged[]> {
  const published = new Map((await store.findDeviceKeys(tx, uploads)).map((keys) => [nameOf(keys), keys.json]));
  const unclaimed = Map.groupBy(await store.listOneTimeKeyIds(tx, uploads), nameOf);
  const repeating = uploads.filter((upload) => repeatsSome(upload, unclaimed.get(nameOf(upload)) ?? []));
  const repeatable = repeating.length === 0 ? [] : await store.listOneTimeKeys(tx, repeating);
  const present = Map.groupBy(repeatable, (row) => nameOf({ userId: row.user_id, deviceId: row.device_id }));
  const isNews = ({ deviceKeys, ...device }: PreparedUpload): boolean =>
    deviceKeys !== undefined && deviceKeys !== published.get(nameOf(device));
  const owners = new Set(uploads.filter(isNews).map(({ userId }) => userId));
  const publicKeys =
    owners.size === 0 ? new Map<UserId, Set<string>>() : await crossSigning.listPublicKeys(tx, [...owners]);
  return uploads.map((upload) => {
    const name = nameOf(upload);
    const before = published.get(name);
    const isAnotherDevice =
      isNews(upload) &&
      before !== undefined &&
      findSignedText(readObject(before)) !== findSignedText(readObject(upload.deviceKeys ?? ''));
    const hasKeyName = isNews(upload) && publicKeys.get(upload.userId)?.has(upload.deviceId) === true;
    if (hasKeyName) {
      const refusal = forbidden('This device has the name of a cross-signing key');
      return { upload, outcome: { refusal }, newKeys: [], isNews: true, isAnotherDevice };
    }
    const added = isAnotherDevice
      ? addedTo([], [], upload.oneTimeKeys)
      : addedTo(unclaimed.get(name) ?? [], present.get(name) ?? [], upload.oneTimeKeys);
    return { upload, ...added, isNews: isNews(upload), isAnotherDevice };
  });
}

/** Whether an upload seems to hold a key that the device has already: then its text decides. */
function repeatsSome({ oneTimeKeys }: PreparedUpload, unclaimed: readonly store.UnclaimedIds[]): boolean {
  const ids = new Set(unclaimed.flatMap(({ keyIds }) => keyIds));
  return oneTimeKeys.some(({ keyId }) => ids.has(keyId));
}

/** How many keys there are after some were added; the same key twice changes nothing, another one under its id is refused. */
function addedTo(
  before: readonly store.UnclaimedIds[],
  present: readonly store.StoredKey[],
  keys: readonly store.NewKey[],
): Pick<Judged, 'outcome' | 'newKeys'> {
  const known = new Map(present.map((row) => [`${row.algorithm}:${row.key_id}`, row.json]));
  const counts = Object.fromEntries(before.map(({ algorithm, keyIds }) => [algorithm, keyIds.length]));
  const newKeys: store.NewKey[] = [];
  for (const key of keys) {
    const name = `${key.algorithm}:${key.keyId}`;
    const other = known.get(name);
    if (other === undefined) newKeys.push(key);
    else if (other !== key.json)
      return {
        outcome: { refusal: invalidParam(`One-time key ${name} exists already with other content`) },
        newKeys: [],
      };
  }
  for (const { algorithm } of newKeys) counts[algorithm] = (counts[algorithm] ?? 0) + 1;
  return Object.values(counts).reduce((sum, count) => sum + count, 0) > MAX_ONE_TIME_KEYS
    ? {
        outcome: { refusal: invalidParam(`A device may have at most ${MAX_ONE_TIME_KEYS} one-time keys`) },
        newKeys: [],
      }
    : { outcome: { counts }, newKeys };
}
