import { describe, expect, it } from 'vitest';
import { roomVersions } from '../room-versions/table.ts';
import { TestRoom } from '../testing/test-room.ts';
import type { AuthPdu } from './auth-input.ts';
import type { RuleCase } from '../testing/rule-cases/rule-case.ts';
import { createCases } from '../testing/rule-cases/create.ts';
import { memberCases } from '../testing/rule-cases/member.ts';
import { sendingCases } from '../testing/rule-cases/sending.ts';
import { ruleNames, rulesOf, type RuleName } from './rule-numbers.ts';
import { checkEventAuth } from './state-dependent.ts';
import { testAuthContext } from '../testing/auth-context.ts';
import { thirdPartyCases } from '../testing/rule-cases/third-party.ts';

const cases: readonly RuleCase[] = [...createCases, ...memberCases, ...thirdPartyCases, ...sendingCases];

/** A rule that only holds other rules decides nothing itself. */
const isContainer = (name: RuleName): boolean => ruleNames.some((other) => other.startsWith(`${name}.`));

describe('each authorization rule', () => {
  it('has a pair of an event that passes and one that is refused', () => {
    const covered = new Set(cases.map(({ rule }) => rule));
    expect(ruleNames.filter((name) => !isContainer(name) && !covered.has(name))).toEqual([]);
    expect(covered.size).toBeGreaterThan(60);
  });

  for (const version of roomVersions.values()) {
    const rules = rulesOf(version);
    for (const { rule, refusedBy = rule, ...pair } of cases) {
      const number = rules.get(rule);
      if (number === undefined) continue;
      it(`${number} (${rule}) of room version ${version.id} lets one event pass and stops the other`, () => {
        const judge = (build: (room: TestRoom) => AuthPdu): unknown => {
          const room = new TestRoom(version, pair.create);
          pair.arrange?.(room);
          const event = build(room);
          return pair.check?.(event, room) ?? checkEventAuth(event, room.lookup, version, testAuthContext);
        };
        expect(judge(pair.accept)).toEqual({ allowed: true });
        expect(judge(pair.refuse)).toMatchObject({ allowed: false, rule: rules.get(refusedBy) });
      });
    }
  }
});

describe('the numbers of the rules', () => {
  it.each([
    [
      '1',
      {
        'member.join.public': '5.2.5',
        'powerLevels.oldUser.current': '10.6.1',
        'redaction.domain': '11.2',
        otherwise: '12',
      },
    ],
    ['3', { 'member.invite.thirdParty.mxid': '5.3.1.4', 'powerLevels.first': '10.2', otherwise: '11' }],
    ['6', { 'member.ban.level': '4.5.2', 'powerLevels.newEntry.new': '9.5.1', userStateKey: '8', otherwise: '10' }],
    ['7', { 'member.knock.joinRule': '4.6.1', 'member.otherwise': '4.7' }],
    ['8', { 'member.join.restricted.authoriser': '4.3.5.2', 'member.leave.unban': '4.5.3', 'member.otherwise': '4.8' }],
    ['10', { 'create.creator': '1.4', 'powerLevels.maps': '9.2', 'powerLevels.oldUser.current': '9.8.1' }],
    ['11', { 'create.otherwise': '1.4', 'authEvents.room': '2.5', 'powerLevels.otherwise': '9.10' }],
    [
      '12',
      {
        'create.additionalCreators': '1.4',
        roomId: '2',
        'authEvents.selection': '3.2',
        'member.join.public': '5.3.6',
        'powerLevels.creators': '10.4',
        'powerLevels.newUser.new': '10.10.1',
      },
    ],
  ] as const)('are those of the specification in room version %s', (id, numbers) => {
    const version = roomVersions.get(id);
    expect(version && Object.fromEntries(rulesOf(version))).toMatchObject(numbers);
  });
});
