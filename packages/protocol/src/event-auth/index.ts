export * from './auth-events-selection.ts';
export type * from './auth-input.ts';
export * from './power-levels.ts';
export { checkLevelsFormat } from './power-levels-change.ts';
export { creatorsOf, joinRuleOf, membershipOf } from './room-facts.ts';
export { ruleNames, rulesOf, type RuleName } from './rule-numbers.ts';
export * from './state-dependent.ts';
export * from './state-independent.ts';
export type { AuthVerdict } from './verdict.ts';
