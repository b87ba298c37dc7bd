import { invalidParam, MatrixError, notJson, OAuthError, tooLarge, unrecognized } from '@stafette/contracts';

/** Errors of Fastify itself that are the caller's mistake. */
function fromFramework(error: { readonly code?: unknown; readonly statusCode?: unknown }): MatrixError | undefined {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return tooLarge('The request body is too large');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return notJson('The request body could not be read');
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return invalidParam('The address of the request is malformed');
    case 'FST_ERR_ASYNC_CONSTRAINT':
    case 'FST_ERR_NOT_FOUND':
      return unrecognized();
    default:
      return typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500
        ? new MatrixError(error.statusCode, 'M_UNKNOWN', 'The request could not be understood')
        : undefined;
  }
}

/** The answer for whatever a request ended with; undefined for a fault of the server, which is logged by the caller. */
export function findErrorReply(error: unknown): MatrixError | undefined {
  if (error instanceof MatrixError) return error;
  return typeof error === 'object' && error !== null ? fromFramework(error) : undefined;
}

/** What RFC 6749 allows in a description, section 5.2: ASCII without quotation marks and backslashes. */
const NOT_IN_DESCRIPTIONS = /[^\x20-\x21\x23-\x5b\x5d-\x7e]/g;

/**
 * The same refusal for a client that speaks OAuth. Clients take every 4xx for the end of their session, as the specification
 * has it; who only asks too often is to come back. https://spec.matrix.org/v1.19/client-server-api/#refresh-token-grant
 */
export function inOAuthWords(error: MatrixError): MatrixError {
  if (error instanceof OAuthError) return error;
  const description = error.message.replaceAll(NOT_IN_DESCRIPTIONS, ' ');
  return error.status === 429
    ? new OAuthError('temporarily_unavailable', description, 503, error.extra)
    : new OAuthError('invalid_request', description, error.status, error.extra);
}
