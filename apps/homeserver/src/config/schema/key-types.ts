import { isIP } from 'node:net';
import { Type } from 'typebox';
import { parseAddress } from '../address.ts';

/** What a key's schema says besides its type. The reference for operators is generated from it. */
export interface KeyDocumentation {
  readonly description: string;
  /** Ends the sentence "must be ...". */
  readonly expects: string;
  /** The value may be given as a file's content instead, under the same key with `_file` at the end. */
  readonly isSecret?: boolean;
  /** Variables of the environment that are read besides the one derived from the key. */
  readonly variables?: readonly string[];
  /** What the default is when it is not a plain value. */
  readonly defaultText?: string;
  /** What the type cannot say; of a list, about each member. */
  readonly accepts?: (value: string) => boolean;
}

export const text = (documentation: KeyDocumentation & { readonly default?: string }) =>
  Type.Optional(Type.String({ minLength: 1, ...documentation }));

export const integer = (documentation: {
  readonly minimum: number;
  readonly maximum: number;
  readonly description: string;
  readonly default?: number;
  readonly defaultText?: string;
}) =>
  Type.Optional(
    Type.Integer({
      expects: `a whole number from ${documentation.minimum} to ${documentation.maximum}`,
      ...documentation,
    }),
  );

export const hosts = ({ description }: { readonly description: string }) =>
  Type.Optional(
    Type.Array(Type.String({ pattern: '^([a-z0-9-]+(\\.[a-z0-9-]+)*|\\*)$' }), {
      description,
      expects: 'a list of names like agency.example, in lower case',
      default: [],
    }),
  );

export const isAddress = (value: string): boolean => parseAddress(value) !== undefined;

/** An address, or a network like 10.0.0.0/8. */
export const isNetwork = (value: string): boolean => {
  const [address = '', bits, ...rest] = value.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
};

export const isHttpUrl = (value: string): boolean => {
  const url = URL.parse(value);
  return (
    url !== null &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === ''
  );
};

/** The grammar of server names: https://spec.matrix.org/v1.19/appendices/#server-name */
export const SERVER_NAME = '^(?:\\[[0-9a-fA-F:.]{2,45}\\]|[A-Za-z0-9.-]+)(?::\\d{1,5})?$';
export const isServerName = (value: string): boolean => value.length <= 255 && new RegExp(SERVER_NAME).test(value);
