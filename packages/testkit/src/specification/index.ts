export { CHECKED_OPERATIONS_VARIABLE, findFault } from './check-answer.ts';
export { ABSENT_SPECIFICATION, findSpecification } from './find-specification.ts';
export { readOperations, type SpecifiedOperation } from './operations.ts';
