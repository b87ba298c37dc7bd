import { Type } from 'typebox';

/** What every list is asked with. `from`: entries to pass over, the `next_token` of another page. */
export const pageQuery = (maximum: number) => ({
  from: Type.Optional(Type.Integer({ minimum: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum })),
  dir: Type.Optional(Type.Enum(['f', 'b'])),
});

/** What every list says beside its entries. `next_token` is missing on the last page. */
export const pageAnswer = { total: Type.Integer(), next_token: Type.Optional(Type.Integer()) };
