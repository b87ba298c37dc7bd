import { badJson, invalidParam, missingParam, type MatrixError } from '@stafette/contracts';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';

/** No coercion, no defaults, no removal: a value passes as it came or is refused. */
const ajv = new Ajv({
  strict: false,
  coerceTypes: false,
  useDefaults: false,
  removeAdditional: false,
  ownProperties: true,
});

function errorFor(where: 'body' | 'query' | 'params', error: ErrorObject | undefined): MatrixError {
  const path = error?.instancePath.slice(1).replaceAll('/', '.') ?? '';
  if (error?.keyword === 'required') {
    const missing = String(error.params['missingProperty']);
    return missingParam(`Missing ${path === '' ? missing : `${path}.${missing}`}`);
  }
  const message = `${path === '' ? `The ${where}` : path} ${error?.message ?? 'is not valid'}`;
  return where === 'body' ? badJson(message) : invalidParam(message);
}

/** A check that throws the specification's error; compiled at its first use, so that start-up does not pay for it. */
export function validator(where: 'body' | 'query' | 'params', schema: TSchema): (value: unknown) => void {
  let validate: ValidateFunction | undefined;
  return (value) => {
    validate ??= ajv.compile(schema);
    if (!validate(value)) throw errorFor(where, validate.errors?.[0]);
  };
}
