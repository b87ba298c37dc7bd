import { matchesGlob, matchesGlobIgnoringCase, serverNameOf, type JsonObject, type UserId } from '@stafette/protocol';

/** `ignore`: the inviter is told that all is well, the invited hears nothing. `block`: the inviter is refused. */
export type InvitePermission = 'allow' | 'ignore' | 'block';

/** What one user wants to be invited to. */
export type InviteRules = (inviter: UserId) => InvitePermission;

const globs = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** As in server access rules, the port does not count. */
const hostOf = (userId: UserId): string => serverNameOf(userId).replace(/:\d{1,5}$/, '');

const ACTIONS = [
  ['allowed', 'allow'],
  ['ignored', 'ignore'],
  ['blocked', 'block'],
] as const;

/**
 * Compiles the configuration. What is said of a user counts before what is said of their server, and that before the
 * default; of several lists that name somebody the kindest counts.
 * https://spec.matrix.org/v1.19/client-server-api/#invite-permission
 * https://github.com/matrix-org/matrix-spec-proposals/pull/4155
 */
export function compileInviteRules(content: JsonObject): InviteRules {
  const byDefault = content['default_action'] === 'block' ? 'block' : 'allow';
  const users = ACTIONS.map(([name, action]) => ({ action, patterns: globs(content[`${name}_users`]) }));
  const servers = ACTIONS.map(([name, action]) => ({ action, patterns: globs(content[`${name}_servers`]) }));
  return (inviter) => {
    const byUser = users.find(({ patterns }) => patterns.some((pattern) => matchesGlob(pattern, inviter)));
    if (byUser !== undefined) return byUser.action;
    const host = hostOf(inviter);
    const byServer = servers.find(({ patterns }) => patterns.some((glob) => matchesGlobIgnoringCase(glob, host)));
    return byServer?.action ?? byDefault;
  };
}
