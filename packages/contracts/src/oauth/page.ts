import { Type } from 'typebox';

/** What all pages have in common. What they look like is not part of the contract. */
export const page = {
  auth: 'none',
  answersAs: 'page',
  response: Type.Unknown(),
  errors: ['M_UNRECOGNIZED', 'M_FORBIDDEN'],
} as const;

/** Proves that a form came from a page of ours that this browser was shown. */
export const Csrf = Type.String({ maxLength: 128 });

/** The page to go to next: path and query. */
export const Continue = Type.String({ maxLength: 8192 });
