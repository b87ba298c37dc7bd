import type { JsonObject as ProtocolJsonObject } from '@stafette/protocol';
import { Type, type TUnsafe } from 'typebox';

/** Any JSON object; what is inside is the caller's business. */
export const JsonObject: TUnsafe<ProtocolJsonObject> = Type.Unsafe<ProtocolJsonObject>({ type: 'object' });

/** `{}`: the answer of an operation that has nothing to say. */
export const Empty = Type.Object({});

/** Text that travels in a path or a body and names a Matrix thing; the handler parses it with the protocol's grammar. */
export const Identifier = Type.String({ minLength: 1, maxLength: 1024 });
