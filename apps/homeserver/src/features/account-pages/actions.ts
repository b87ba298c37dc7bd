/** https://spec.matrix.org/v1.19/client-server-api/#account-management-url-actions, with the names from before. */
const ACTIONS = {
  'org.matrix.profile': 'profile',
  profile: 'profile',
  'org.matrix.devices_list': 'devices',
  'org.matrix.sessions_list': 'devices',
  sessions_list: 'devices',
  'org.matrix.device_view': 'device',
  'org.matrix.session_view': 'device',
  session_view: 'device',
  'org.matrix.device_delete': 'sign-out',
  'org.matrix.session_end': 'sign-out',
  session_end: 'sign-out',
  'org.matrix.cross_signing_reset': 'reset',
  'org.matrix.account_deactivate': 'deactivate',
} as const;

export type AccountAction = (typeof ACTIONS)[keyof typeof ACTIONS] | 'overview';

const isAction = (text: string): text is keyof typeof ACTIONS => Object.hasOwn(ACTIONS, text);

/** What a link wants; a name that is not known leads to the overview. */
export const actionOf = (text: string | undefined): AccountAction =>
  text !== undefined && isAction(text) ? ACTIONS[text] : 'overview';

/** The address of a page, for links between them. */
export function pathOf(action?: keyof typeof ACTIONS, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({ ...(action === undefined ? {} : { action }), ...more });
  return `/_stafette/account${query.size === 0 ? '' : `?${query.toString()}`}`;
}
