export const en = {
  // Logging in
  logInTitle: 'Log in',
  loginName: 'Login name',
  password: 'Password',
  logIn: 'Log in',
  logInTo: (serverName: string) => `Your account at ${serverName}`,
  toSignUp: 'Create an account',
  signUpTitle: 'Create an account',
  invitationCode: 'Invitation code',
  invitationHint: 'You got it from the administration of your agency.',
  newPasswordHint: 'At least 8 characters. Several words make a good password.',
  mailAddress: 'Mail address',
  mailHint: 'An account here has a mail address. It gets a link by which you confirm it.',
  mailSent: (address: string) =>
    `If ${address} can be used here, it gets a mail now. Follow its link within a quarter of an hour, and go on here.`,
  mailAgain: 'Send the mail again, or to another address',
  signUp: 'Create account',
  loggedInAs: (name: string) => `You are logged in as ${name}.`,
  logOut: 'This is not me',
  // What went wrong
  problem: 'Problem',
  wrongPassword: 'The login name or the password is wrong.',
  accountLocked: 'This account is locked. Please ask your administration.',
  tooManyAttempts: (seconds: number) => `Too many attempts. Please try again in ${seconds} seconds.`,
  weakPassword: 'This password cannot be used. It needs at least 8 characters.',
  nameTaken: 'This login name is taken.',
  nameUnusable: 'This login name holds characters that it cannot have.',
  invitationUnusable:
    'This invitation code is not known, was used already or has expired. Please check it, or ask your administration for a new one.',
  invitationKept: 'Your invitation code has not been used up.',
  mailUnproven: 'Your mail address is not confirmed yet. Please follow the link in the mail, and try again.',
  mailDenied: 'Mail addresses of this domain are not admitted here.',
  mailUnusable: 'This is not a mail address that can be used here.',
  mailTaken: 'This mail address belongs to another account.',
  formStale: 'This page was open for too long, or does not belong to this browser. Please begin again.',
  somethingWrong: 'This did not work. Please go back to the application and begin again.',
  // Consent
  consentTitle: (client: string) => `Allow ${client} to log in?`,
  consentMeans: 'If you allow it, this application can:',
  mayReadAndWrite: 'read and send messages in your name',
  mayManage: 'change your rooms, your profile and your settings',
  mayStay: 'stay logged in until you log it out in the list of your devices',
  clientSite: 'Website of the application',
  afterwards: 'Afterwards you are sent to',
  appOnThisDevice: 'an application on this device',
  device: 'Device',
  notProved:
    'Name and website are what the application says of itself. Allow it only if you have just begun to log in there.',
  termsOfService: 'Terms of service',
  privacyPolicy: 'Privacy policy',
  allow: 'Allow',
  deny: 'Do not allow',
  // Refused applications
  clientUnknown:
    'The application is not known here, or asked for an address that it did not register. Nothing was sent to it.',
  // Linking a device
  linkTitle: 'Link a device',
  userCode: 'Code',
  userCodeHint: 'Eight letters, shown by the device that you want to log in.',
  next: 'Continue',
  userCodeUnknown: 'There is no device waiting with this code. It may have taken too long.',
  linkAsk: (client: string) => `Log in ${client} on another device?`,
  linkWarningTitle: 'Did somebody ask you to do this?',
  linkWarning:
    'Then do not go on. Whoever has you enter a code gets your messages. Nobody from support or your administration will ever ask for it.',
  requestedFrom: 'Asked for from',
  requestedSameNetwork: (address: string) => `${address}, the address that you use now`,
  requestedOtherNetwork: (address: string) => `${address}, another address than yours`,
  requestedAt: 'Asked for at',
  beganIt: 'I began this log-in myself, on a device that is in front of me, and it shows this code.',
  beganItMissing: 'Please confirm that you began this log-in yourself.',
  linkDoneTitle: 'The device is logged in',
  linkDeniedTitle: 'The device is not logged in',
  closeWindow: 'You can close this window.',
  // Older applications
  ssoTitle: (host: string) => `Log in at ${host}?`,
  ssoMeans:
    'An application at this address gets access to your account. Go on only if you have just begun to log in there.',
  // Account
  accountTitle: 'Your account',
  backToAccount: 'Back to your account',
  profileTitle: 'Profile',
  displayName: 'Name that others see',
  userId: 'Matrix address',
  save: 'Save',
  saved: 'Saved.',
  devicesTitle: 'Devices',
  devicesHint: 'Everywhere you are logged in.',
  lastSeen: 'Last seen',
  never: 'Unknown',
  namelessDevice: 'Device without a name',
  deviceUnknown: 'This device is not logged in.',
  deviceApplication: 'Application',
  deviceSignOut: 'Log out this device',
  deviceSignOutAsk: (name: string) => `Log out ${name}?`,
  deviceSignOutMeans: 'The device is logged out at once. Encrypted messages that were stored there alone are lost.',
  deviceSignedOut: 'The device is logged out.',
  confirmPassword: 'Your password, to confirm',
  resetTitle: 'Reset your identity',
  resetMeans:
    'An application wants to replace the keys that others recognise you by. They will be asked to verify you anew. Allow it only if you have just begun this yourself, for example because your recovery key is lost.',
  reset: 'Allow the reset',
  resetDone: 'The application can now replace the keys. Go back to it.',
  resetNothing: 'No application is waiting for this. Begin in the settings of your application.',
  deactivateTitle: 'Delete your account',
  deactivateMeans:
    'Your account ends for good: you are logged out everywhere and leave all rooms. Nobody gets this account again, not even you.',
  deactivate: 'Delete my account for good',
  deactivated: 'Your account is deleted.',
  lastAdministrator:
    'Yours is the only account of an administrator. It stays until somebody else is an administrator of this server.',
};

/** What the pages say; English is what the others are checked against. */
export type Messages = {
  readonly [Key in keyof typeof en]: (typeof en)[Key] extends string ? string : (typeof en)[Key];
};
