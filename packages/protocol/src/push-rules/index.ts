export type { PushContext } from './conditions.ts';
export * from './default-rules.ts';
export * from './edit.ts';
export * from './evaluate.ts';
export * from './parse-rule.ts';
export * from './push-event.ts';
export * from './push-rule.ts';
