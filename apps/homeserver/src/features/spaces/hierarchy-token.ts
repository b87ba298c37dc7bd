import { createHash } from 'node:crypto';
import { invalidParam } from '@stafette/contracts';
import type { HierarchyQuery } from './hierarchy.ts';

type Walk = Pick<HierarchyQuery, 'userId' | 'rootId' | 'maxDepth' | 'suggestedOnly'>;

const TOKEN = /^h1_(\d{1,9})_([A-Za-z0-9_-]{22})$/;

/** Ties a token to the walk that it continues. It opens nothing: every page asks anew what the user may see. */
const fingerprint = ({ userId, rootId, maxDepth, suggestedOnly }: Walk): string =>
  createHash('sha256')
    .update(JSON.stringify([userId, rootId, maxDepth, suggestedOnly]))
    .digest('base64url')
    .slice(0, 22);

/** The token for what comes after the first `skip` rooms of a walk. */
export const encodeHierarchyToken = (walk: Walk, skip: number): string => `h1_${skip}_${fingerprint(walk)}`;

/** M_INVALID_PARAM for the token of another user, room or question. */
export function readHierarchyToken(walk: Walk, token: string): number {
  const [, skip, mark] = TOKEN.exec(token) ?? [];
  if (skip === undefined || mark !== fingerprint(walk))
    throw invalidParam('from does not continue this request: suggested_only and max_depth cannot change');
  return Number(skip);
}
