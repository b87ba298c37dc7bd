import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { SPECIFICATION_VARIABLE, type PreparedSpecification } from './prepare-specification.ts';

export const ajv = new Ajv2020({ strict: false, validateFormats: false });

let loaded: PreparedSpecification | undefined;

/** What the run's set-up prepared; empty when the specification is not here. */
export function specification(): PreparedSpecification {
  if (loaded === undefined) {
    const file = process.env[SPECIFICATION_VARIABLE];
    // Written by prepareSpecification.
    loaded =
      file === undefined
        ? { operations: [], events: {} }
        : (JSON.parse(readFileSync(file, 'utf8')) as PreparedSpecification);
  }
  return loaded;
}
