import type { MailLanguage } from '../mail/index.ts';

interface Words {
  readonly title: string;
  readonly ask: string;
  readonly confirm: string;
  readonly done: string;
  readonly failed: string;
}

const words: Readonly<Record<MailLanguage, Words>> = {
  de: {
    title: 'E-Mail-Adresse bestätigen',
    ask: 'Bestätigen Sie nur, was Sie selbst begonnen haben.',
    confirm: 'Bestätigen',
    done: 'Bestätigt. Machen Sie in dem Fenster weiter, in dem Sie begonnen haben.',
    failed: 'Dieser Link gilt nicht oder nicht mehr. Fordern Sie in Ihrem Programm eine neue E-Mail an.',
  },
  fr: {
    title: 'Confirmer l’adresse électronique',
    ask: 'Ne confirmez que ce que vous avez commencé vous-même.',
    confirm: 'Confirmer',
    done: 'C’est confirmé. Continuez dans la fenêtre où vous avez commencé.',
    failed: 'Ce lien n’est pas ou plus valable. Demandez un nouveau message dans votre application.',
  },
  en: {
    title: 'Confirm your mail address',
    ask: 'Confirm only what you began yourself.',
    confirm: 'Confirm',
    done: 'Confirmed. Go on in the window where you began.',
    failed: 'This link is not valid, or no longer. Ask for a new mail in your client.',
  },
};

/**
 * The page behind the link of a mail, without script. It asks for a click first: programs that look into mails follow
 * links, but do not press buttons. Nothing from the request is put into it; the form answers to its own address.
 */
export function confirmationPage(language: MailLanguage, state: 'ask' | 'done' | 'failed'): string {
  const { title, confirm, ...texts } = words[language];
  const button = state === 'ask' ? `<form method="post"><button>${confirm}</button></form>` : '';
  return (
    `<!doctype html><html lang="${language}"><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width"><title>${title}</title>` +
    `<main><h1>${title}</h1><p>${texts[state]}</p>${button}</main></html>`
  );
}
