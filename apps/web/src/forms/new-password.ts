export type PasswordProblem = 'password-too-short';

/** Length is what counts; the server has the last word. */
const MINIMUM_PASSWORD_LENGTH = 12;

/** What is wrong with the password that somebody makes up. */
export function checkNewPassword({ password }: { readonly password: string }): { password?: PasswordProblem } {
  return password.length < MINIMUM_PASSWORD_LENGTH ? { password: 'password-too-short' } : {};
}
