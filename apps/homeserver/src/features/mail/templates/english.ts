import type { MailTemplates } from './template.ts';

const ignore = 'If that was not you, ignore this mail. Do not pass the link on.';
const validity = 'The link is valid for 15 minutes.';

export const english: MailTemplates = (serverName) => ({
  'confirm-registration': {
    subject: `Confirm your mail address for ${serverName}`,
    paragraphs: [
      `Somebody is creating an account on ${serverName} with this mail address.`,
      'If it is you, confirm the address, and go on in the window where you began.',
      validity,
      ignore,
    ],
    link: 'Confirm the address',
  },
  'confirm-address': {
    subject: `Confirm your mail address for ${serverName}`,
    paragraphs: [
      `Somebody is adding this mail address to their account on ${serverName}.`,
      'If it is you, confirm the address, and go on in the window where you began.',
      validity,
      ignore,
    ],
    link: 'Confirm the address',
  },
  'reset-password': {
    subject: `A new password for ${serverName}`,
    paragraphs: [
      `Somebody wants to choose a new password for your account on ${serverName}.`,
      'If it is you, confirm it, and go on in the window where you began.',
      validity,
      `${ignore} Your password stays as it is.`,
    ],
    link: 'Choose a new password',
  },
  'address-in-use': {
    subject: `Your account on ${serverName}`,
    paragraphs: [
      `Somebody wanted to use this mail address for an account on ${serverName}. It already belongs to one.`,
      'If it is your account, log in with it; when you have forgotten the password, ask for a new one there.',
      'If that was not you, there is nothing to do.',
    ],
  },
  'no-account': {
    subject: `No account on ${serverName}`,
    paragraphs: [
      `Somebody wanted a new password on ${serverName} with this mail address. No account there has this address.`,
      'If it was you, try the address with which you registered.',
      'If that was not you, there is nothing to do.',
    ],
  },
  'unread-messages': {
    subject: `Unread messages on ${serverName}`,
    paragraphs: [
      `There are messages for you on ${serverName} that you have not read yet.`,
      'Open your application to read them.',
      'You get such a mail once a day at most. You can switch it off in the settings of your application, under notifications.',
    ],
    link: 'Read them',
  },
});
