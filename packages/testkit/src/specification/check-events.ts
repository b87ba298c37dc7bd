import type { ValidateFunction } from 'ajv/dist/2020.js';
import { ajv, specification } from './loaded-specification.ts';

const checks = new Map<string, ValidateFunction | undefined>();

function checkOf(type: string): ValidateFunction | undefined {
  if (!checks.has(type)) {
    const { events } = specification();
    // Types are people's words, `constructor` among them.
    const schema = Object.hasOwn(events, type) ? events[type] : undefined;
    // A schema is an object or a boolean.
    checks.set(type, schema === undefined ? undefined : ajv.compile(schema as object));
  }
  return checks.get(type);
}

/**
 * What is wrong with the events of an answer that the server made by itself: ephemeral ones, and those whose content it
 * writes. What people write is their own business.
 */
export function findEventFault(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('type' in value && typeof value.type === 'string' && 'content' in value) {
    const { type } = value;
    const check = checkOf(type);
    if (check !== undefined && !check(value)) return `${type}: ${ajv.errorsText(check.errors, { dataVar: 'event' })}`;
  }
  for (const member of Object.values(value)) {
    const fault = findEventFault(member);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
