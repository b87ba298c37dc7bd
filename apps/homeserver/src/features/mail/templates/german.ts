import type { MailTemplates } from './template.ts';

const ignore = 'Wenn Sie das nicht waren, beachten Sie diese E-Mail nicht. Geben Sie den Link nicht weiter.';
const validity = 'Der Link gilt 15 Minuten.';

export const german: MailTemplates = (serverName) => ({
  'confirm-registration': {
    subject: `Bestätigen Sie Ihre E-Mail-Adresse für ${serverName}`,
    paragraphs: [
      `Jemand legt mit dieser E-Mail-Adresse ein Konto auf ${serverName} an.`,
      'Wenn Sie das sind, bestätigen Sie die Adresse und machen Sie in dem Fenster weiter, in dem Sie begonnen haben.',
      validity,
      ignore,
    ],
    link: 'Adresse bestätigen',
  },
  'confirm-address': {
    subject: `Bestätigen Sie Ihre E-Mail-Adresse für ${serverName}`,
    paragraphs: [
      `Jemand fügt diese E-Mail-Adresse seinem Konto auf ${serverName} hinzu.`,
      'Wenn Sie das sind, bestätigen Sie die Adresse und machen Sie in dem Fenster weiter, in dem Sie begonnen haben.',
      validity,
      ignore,
    ],
    link: 'Adresse bestätigen',
  },
  'reset-password': {
    subject: `Ein neues Passwort für ${serverName}`,
    paragraphs: [
      `Jemand möchte ein neues Passwort für Ihr Konto auf ${serverName} wählen.`,
      'Wenn Sie das sind, bestätigen Sie es und machen Sie in dem Fenster weiter, in dem Sie begonnen haben.',
      validity,
      `${ignore} Ihr Passwort bleibt dann, wie es ist.`,
    ],
    link: 'Neues Passwort wählen',
  },
  'address-in-use': {
    subject: `Ihr Konto auf ${serverName}`,
    paragraphs: [
      `Jemand wollte diese E-Mail-Adresse für ein Konto auf ${serverName} verwenden. Sie gehört bereits zu einem Konto.`,
      'Wenn es Ihr Konto ist, melden Sie sich damit an; haben Sie das Passwort vergessen, fordern Sie dort ein neues an.',
      'Wenn Sie das nicht waren, brauchen Sie nichts zu tun.',
    ],
  },
  'no-account': {
    subject: `Kein Konto auf ${serverName}`,
    paragraphs: [
      `Jemand wollte auf ${serverName} mit dieser E-Mail-Adresse ein neues Passwort. Kein Konto dort hat diese Adresse.`,
      'Wenn Sie das waren, versuchen Sie es mit der Adresse, mit der Sie sich registriert haben.',
      'Wenn Sie das nicht waren, brauchen Sie nichts zu tun.',
    ],
  },
  'unread-messages': {
    subject: `Ungelesene Nachrichten auf ${serverName}`,
    paragraphs: [
      `Auf ${serverName} gibt es Nachrichten für Sie, die Sie noch nicht gelesen haben.`,
      'Öffnen Sie Ihre Anwendung, um sie zu lesen.',
      'Eine solche E-Mail bekommen Sie höchstens einmal am Tag. Sie können sie in den Einstellungen Ihrer Anwendung unter Benachrichtigungen abschalten.',
    ],
    link: 'Nachrichten lesen',
  },
});
