import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { nullOmitter } from './omit-nulls.ts';

const schema = Type.Object({
  name: Type.String(),
  reason: Type.Optional(Type.String()),
  kind: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  content: Type.Optional(Type.Unsafe<object>({ type: 'object' })),
  inner: Type.Optional(Type.Object({ limit: Type.Optional(Type.Integer()) })),
  list: Type.Optional(Type.Array(Type.Object({ stateKey: Type.Optional(Type.String()), content: Type.Unknown() }))),
});

test('what is null and may be absent goes, at every depth, and nothing else does', () => {
  const body = {
    name: null,
    reason: null,
    kind: null,
    content: { reason: null },
    inner: { limit: null },
    list: [{ stateKey: null, content: null }, null],
    unknown: null,
  };
  nullOmitter(schema)?.(body);
  expect(body).toEqual({
    name: null,
    kind: null,
    content: { reason: null },
    inner: {},
    list: [{ content: null }, null],
    unknown: null,
  });
});

test('a body that is something else is left for the schema to refuse', () => {
  for (const body of [null, undefined, 'text', [null], { inner: null, list: 7 }])
    expect(() => nullOmitter(schema)?.(body)).not.toThrow();
});

test('a body that is all content is not looked at', () => {
  expect(nullOmitter(Type.Unsafe<object>({ type: 'object' }))).toBeUndefined();
  expect(nullOmitter(Type.Object({ name: Type.String() }))).toBeUndefined();
});
