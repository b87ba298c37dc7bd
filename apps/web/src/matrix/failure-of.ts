import { ConnectionError, HTTPError, MatrixError } from 'matrix-js-sdk';
import type { Failure, FailureKind } from '../model/failure.ts';

const KINDS: Readonly<Record<string, FailureKind>> = {
  M_FORBIDDEN: 'forbidden',
  M_USER_IN_USE: 'name-taken',
  M_INVALID_USERNAME: 'name-invalid',
  M_EXCLUSIVE: 'name-invalid',
  M_WEAK_PASSWORD: 'weak-password',
  M_LIMIT_EXCEEDED: 'too-many-attempts',
  M_TOO_LARGE: 'too-large',
  M_NOT_FOUND: 'not-found',
};

/** The kinds of failure the interface has words for. https://spec.matrix.org/v1.19/client-server-api/#standard-error-response */
export function failureOf(error: unknown): Failure {
  if (error instanceof MatrixError) {
    const kind = KINDS[error.errcode ?? ''] ?? 'unexpected';
    const retryAfterMs: unknown = error.data['retry_after_ms'];
    return { kind, code: error.errcode, ...(typeof retryAfterMs === 'number' && { retryAfterMs }) };
  }
  if (error instanceof ConnectionError) return { kind: 'offline', code: undefined };
  if (error instanceof HTTPError)
    return { kind: 'unexpected', code: error.httpStatus === undefined ? undefined : `HTTP ${error.httpStatus}` };
  return { kind: 'unexpected', code: error instanceof Error ? error.name : undefined };
}
