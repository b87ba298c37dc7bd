export type PasswordProblem = 'password-too-short';

/** Length is what counts; the server has the last word. */
const MINIMUM_PASSWORD_LENGTH = 12;

export function checkNewPassword(password: string): PasswordProblem | undefined {
  return password.length < MINIMUM_PASSWORD_LENGTH ? 'password-too-short' : undefined;
}
