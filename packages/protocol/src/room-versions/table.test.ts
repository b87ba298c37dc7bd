import { expect, test } from 'vitest';
import { findRoomVersion, roomVersions } from './table.ts';

/** What the specification lists under each version as changed, in the words of the table. */
const changes: Readonly<Record<string, readonly string[]>> = {
  '2': ['stateResolution'],
  '3': ['eventIdFormat', 'redactionIsAuthorised'],
  '4': ['eventIdFormat'],
  '5': ['enforcesKeyValidity'],
  '6': ['strictCanonicalJson', 'aliasesAreSpecial', 'checksNotificationLevels', 'redaction.keepsAliases'],
  '7': ['allowsKnock'],
  '8': ['allowsRestrictedJoin', 'redaction.keepsJoinRuleAllow'],
  '9': ['redaction.keepsJoinAuthorisedVia'],
  '10': ['allowsKnockRestrictedJoin', 'integerPowerLevels'],
  '11': [
    'redactsInContent',
    'createHasCreator',
    'redaction.keepsTopLevelOrigin',
    'redaction.keepsWholeCreateContent',
    'redaction.keepsPowerLevelInvite',
    'redaction.keepsThirdPartyInviteSigned',
    'redaction.keepsRedacts',
  ],
  '12': ['stateResolution', 'roomIdIsCreateHash', 'creatorsArePrivileged'],
};

function flagsOf(id: string): ReadonlyMap<string, unknown> {
  const { redaction, ...flags } = findRoomVersion(id) ?? expect.fail(`no version ${id}`);
  return new Map([
    ...Object.entries(flags),
    ...Object.entries(redaction).map(([name, flag]) => [`redaction.${name}`, flag] as const),
  ]);
}

test('the table holds the versions 1 to 12 under their own ids', () => {
  expect([...roomVersions.keys()]).toEqual(Array.from({ length: 12 }, (_, index) => String(index + 1)));
  for (const [id, version] of roomVersions) expect(version.id).toBe(id);
});

test.each(Object.entries(changes))('version %s differs from the one before in these flags alone', (id, names) => {
  const before = flagsOf(String(Number(id) - 1));
  const changed = [...flagsOf(id)].filter(([name, flag]) => name !== 'id' && before.get(name) !== flag);
  expect(changed.map(([name]) => name).toSorted()).toEqual(names.toSorted());
});

test('an unknown version is not found', () => {
  for (const id of ['0', '13', '', '1 ', 'org.example.1', '__proto__', 'constructor'])
    expect(findRoomVersion(id)).toBeUndefined();
});
