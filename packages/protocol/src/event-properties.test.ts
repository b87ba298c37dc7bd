import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { contentHash, eventIdOf, referenceHash } from './hashes.ts';
import type { JsonObject } from './json.ts';
import { redact } from './redaction.ts';
import { roomVersions } from './room-versions/table.ts';
import { jsonObject, jsonValue } from './testing/json-arbitrary.ts';
import { nodeCrypto } from './testing/node-crypto.ts';

const type = fc.constantFrom(
  'm.room.member',
  'm.room.create',
  'm.room.join_rules',
  'm.room.power_levels',
  'm.room.history_visibility',
  'm.room.aliases',
  'm.room.redaction',
  'm.room.message',
);
const contentKey = fc.constantFrom(
  'membership',
  'creator',
  'allow',
  'users',
  'invite',
  'aliases',
  'redacts',
  'body',
  'third_party_invite',
  '__proto__',
);
const content = fc.oneof(fc.dictionary(contentKey, jsonValue, { noNullPrototype: false }), jsonObject);
const essentials = fc.record(
  {
    sender: jsonValue,
    state_key: jsonValue,
    depth: jsonValue,
    origin: jsonValue,
    unsigned: jsonValue,
    extra: jsonValue,
  },
  { requiredKeys: [] },
);

const event: fc.Arbitrary<JsonObject> = fc
  .tuple(type, content, essentials)
  .map(([ofType, ofContent, rest]): JsonObject => ({ ...rest, type: ofType, content: ofContent }));

test.each([...roomVersions])(
  'in room version %s a redaction changes nothing the second time, nor the event id',
  (_id, version) => {
    fc.assert(
      fc.property(event, (original) => {
        const redacted = redact(original, version);
        expect(canonicalJson(redact(redacted, version))).toBe(canonicalJson(redacted));
        expect(referenceHash(redacted, version, nodeCrypto)).toEqual(referenceHash(original, version, nodeCrypto));
      }),
      { numRuns: 300, seed: 1 },
    );
  },
);

test.each([...roomVersions])(
  'in room version %s neither `unsigned` nor a signature moves the id or the hash',
  (_id, version) => {
    fc.assert(
      fc.property(event, jsonValue, jsonObject, (original, unsigned, signatures) => {
        const named: JsonObject = { ...original, event_id: '$event:a.example' };
        const changed = { ...named, unsigned, signatures };
        expect(eventIdOf(changed, version, nodeCrypto)).toBe(eventIdOf(named, version, nodeCrypto));
        expect(contentHash(changed, nodeCrypto)).toBe(contentHash(named, nodeCrypto));
      }),
      { numRuns: 300, seed: 1 },
    );
  },
);
