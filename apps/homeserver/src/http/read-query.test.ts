import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { readQuery } from './read-query.ts';

const schema = Type.Object({
  dir: Type.String(),
  from: Type.Optional(Type.String()),
  limit: Type.Optional(Type.Integer()),
  recurse: Type.Optional(Type.Boolean()),
  via: Type.Optional(Type.Array(Type.String())),
});

test('texts become what the schema says, of a name that is there twice the last, and unknown names are dropped', () => {
  const raw = { dir: ['b', 'f'], limit: '7', recurse: 'true', via: 'one.example', unknown: 'x' };
  expect({ ...readQuery(schema, raw) }).toEqual({ dir: 'f', limit: 7, recurse: true, via: ['one.example'] });
  expect(() => readQuery(schema, raw, true)).toThrow(/twice/);
  expect({ ...readQuery(schema, { dir: 'b', limit: 'seven' }) }).toEqual({ dir: 'b', limit: 'seven' });
});

test('what may be absent and has no value is absent', () => {
  expect({ ...readQuery(schema, { dir: '', from: '', limit: '', recurse: '' }) }).toEqual({ dir: '' });
});
