/**
 * The one catalogue of errors that a client sees. https://spec.matrix.org/v1.19/client-server-api/#standard-error-response
 * Nothing else in the tree builds an error body.
 */
export type ErrorCode =
  | 'M_FORBIDDEN'
  | 'M_UNKNOWN_TOKEN'
  | 'M_MISSING_TOKEN'
  | 'M_USER_LOCKED'
  | 'M_USER_SUSPENDED'
  | 'M_BAD_JSON'
  | 'M_NOT_JSON'
  | 'M_NOT_FOUND'
  | 'M_LIMIT_EXCEEDED'
  | 'M_UNRECOGNIZED'
  | 'M_UNKNOWN'
  | 'M_UNAUTHORIZED'
  | 'M_USER_DEACTIVATED'
  | 'M_USER_IN_USE'
  | 'M_INVALID_USERNAME'
  | 'M_ROOM_IN_USE'
  | 'M_INVALID_ROOM_STATE'
  | 'M_THREEPID_IN_USE'
  | 'M_THREEPID_NOT_FOUND'
  | 'M_THREEPID_AUTH_FAILED'
  | 'M_THREEPID_DENIED'
  | 'M_THREEPID_MEDIUM_NOT_SUPPORTED'
  | 'M_UNSUPPORTED_ROOM_VERSION'
  | 'M_INCOMPATIBLE_ROOM_VERSION'
  | 'M_BAD_STATE'
  | 'M_GUEST_ACCESS_FORBIDDEN'
  | 'M_MISSING_PARAM'
  | 'M_INVALID_PARAM'
  | 'M_TOO_LARGE'
  | 'M_EXCLUSIVE'
  | 'M_RESOURCE_LIMIT_EXCEEDED'
  | 'M_CANNOT_LEAVE_SERVER_NOTICE_ROOM'
  | 'M_WEAK_PASSWORD'
  | 'M_UNABLE_TO_AUTHORISE_JOIN'
  | 'M_UNABLE_TO_GRANT_JOIN'
  | 'M_DUPLICATE_ANNOTATION'
  | 'M_NOT_YET_UPLOADED'
  | 'M_CANNOT_OVERWRITE_MEDIA'
  | 'M_WRONG_ROOM_KEYS_VERSION'
  | 'M_INVALID_SIGNATURE'
  | 'M_BAD_ALIAS'
  | 'M_PROFILE_TOO_LARGE'
  | 'M_KEY_TOO_LARGE'
  | 'M_USER_LIMIT_EXCEEDED'
  | 'M_INVITE_BLOCKED'
  | 'M_BAD_STATUS'
  | 'M_URL_NOT_SET'
  | 'M_CONNECTION_FAILED'
  | 'M_CONNECTION_TIMEOUT'
  | 'M_TOKEN_INCORRECT'
  | 'M_UNKNOWN_POS'
  | 'M_SERVER_NOT_TRUSTED'
  | 'M_CONFLICT'
  | 'IO.ELEMENT.MSC4306.M_NOT_IN_THREAD'
  | 'IO.ELEMENT.MSC4306.M_CONFLICTING_UNSUBSCRIPTION'
  | 'M_UNKNOWN_DEVICE'
  | 'M_EXPIRED_ACTIVATION_TOKEN'
  | 'M_UNKNOWN_ACTIVATION_TOKEN'
  | 'M_CONCURRENT_WRITE'
  | 'IO_ELEMENT_MSC4388_CONCURRENT_WRITE';

/** An error that is an answer: thrown by handlers and services, turned into a response in `http/` alone. */
export class MatrixError extends Error {
  override readonly name = 'MatrixError';
  readonly status: number;
  readonly errcode: ErrorCode;
  /** Further members of the body, such as `retry_after_ms`, `soft_logout` or `current_version`. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(status: number, errcode: ErrorCode, message: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.errcode = errcode;
    this.extra = extra;
  }

  body(): Record<string, unknown> {
    return { ...this.extra, errcode: this.errcode, error: this.message };
  }
}

/** The error codes of OAuth 2.0: RFC 6749 sections 4.1.2.1 and 5.2, RFC 7591 section 3.2.2, RFC 8628 section 3.5. */
export type OAuthErrorCode =
  | 'access_denied'
  | 'authorization_pending'
  | 'expired_token'
  | 'interaction_required'
  | 'invalid_client'
  | 'invalid_client_metadata'
  | 'invalid_grant'
  | 'invalid_redirect_uri'
  | 'invalid_request'
  | 'invalid_scope'
  | 'slow_down'
  | 'temporarily_unavailable'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type';

/** A refusal in the words of OAuth 2.0, which have no errcode. */
export class OAuthError extends MatrixError {
  readonly code: OAuthErrorCode;

  constructor(code: OAuthErrorCode, description: string, status = 400, extra: Readonly<Record<string, unknown>> = {}) {
    super(status, 'M_UNKNOWN', description, extra);
    this.code = code;
  }

  override body(): Record<string, unknown> {
    return { error: this.code, error_description: this.message };
  }
}

export const forbidden = (message: string): MatrixError => new MatrixError(403, 'M_FORBIDDEN', message);
export const notFound = (message: string): MatrixError => new MatrixError(404, 'M_NOT_FOUND', message);
export const badJson = (message: string): MatrixError => new MatrixError(400, 'M_BAD_JSON', message);
export const notJson = (message: string): MatrixError => new MatrixError(400, 'M_NOT_JSON', message);
export const invalidParam = (message: string): MatrixError => new MatrixError(400, 'M_INVALID_PARAM', message);
export const missingParam = (message: string): MatrixError => new MatrixError(400, 'M_MISSING_PARAM', message);
export const tooLarge = (message: string): MatrixError => new MatrixError(413, 'M_TOO_LARGE', message);
export const missingToken = (): MatrixError => new MatrixError(401, 'M_MISSING_TOKEN', 'An access token is required');
export const unknownToken = (softLogout = false): MatrixError =>
  new MatrixError(401, 'M_UNKNOWN_TOKEN', 'This access token is not known', { soft_logout: softLogout });
/** A position in sliding sync that is not known, or not any more: the client begins anew. */
export const unknownPos = (): MatrixError =>
  new MatrixError(400, 'M_UNKNOWN_POS', 'This position is not known; begin a new connection');
export const unrecognized = (): MatrixError =>
  new MatrixError(404, 'M_UNRECOGNIZED', 'This server does not know this request');
export const methodNotAllowed = (): MatrixError =>
  new MatrixError(405, 'M_UNRECOGNIZED', 'This address does not answer to this method');
export const exclusive = (message: string): MatrixError => new MatrixError(400, 'M_EXCLUSIVE', message);
export const limitExceeded = (retryAfterMs: number): MatrixError =>
  new MatrixError(429, 'M_LIMIT_EXCEEDED', 'Too many requests; try again later', { retry_after_ms: retryAfterMs });
