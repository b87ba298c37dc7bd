import type { MailTemplates } from './template.ts';

const ignore = 'Si ce n’est pas vous, ignorez ce message. Ne transmettez le lien à personne.';
const validity = 'Le lien est valable 15 minutes.';

export const french: MailTemplates = (serverName) => ({
  'confirm-registration': {
    subject: `Confirmez votre adresse électronique pour ${serverName}`,
    paragraphs: [
      `Une personne crée un compte sur ${serverName} avec cette adresse électronique.`,
      'Si c’est vous, confirmez l’adresse, puis continuez dans la fenêtre où vous avez commencé.',
      validity,
      ignore,
    ],
    link: 'Confirmer l’adresse',
  },
  'confirm-address': {
    subject: `Confirmez votre adresse électronique pour ${serverName}`,
    paragraphs: [
      `Une personne ajoute cette adresse électronique à son compte sur ${serverName}.`,
      'Si c’est vous, confirmez l’adresse, puis continuez dans la fenêtre où vous avez commencé.',
      validity,
      ignore,
    ],
    link: 'Confirmer l’adresse',
  },
  'reset-password': {
    subject: `Un nouveau mot de passe pour ${serverName}`,
    paragraphs: [
      `Une personne souhaite choisir un nouveau mot de passe pour votre compte sur ${serverName}.`,
      'Si c’est vous, confirmez, puis continuez dans la fenêtre où vous avez commencé.',
      validity,
      `${ignore} Votre mot de passe reste alors inchangé.`,
    ],
    link: 'Choisir un nouveau mot de passe',
  },
  'address-in-use': {
    subject: `Votre compte sur ${serverName}`,
    paragraphs: [
      `Une personne a voulu utiliser cette adresse électronique pour un compte sur ${serverName}. Elle appartient déjà à un compte.`,
      'Si c’est le vôtre, connectez-vous avec ce compte ; si vous avez oublié le mot de passe, demandez-en un nouveau.',
      'Si ce n’est pas vous, il n’y a rien à faire.',
    ],
  },
  'no-account': {
    subject: `Aucun compte sur ${serverName}`,
    paragraphs: [
      `Une personne a demandé un nouveau mot de passe sur ${serverName} avec cette adresse électronique. Aucun compte n’y a cette adresse.`,
      'Si c’était vous, essayez avec l’adresse utilisée lors de votre inscription.',
      'Si ce n’est pas vous, il n’y a rien à faire.',
    ],
  },
  'unread-messages': {
    subject: `Messages non lus sur ${serverName}`,
    paragraphs: [
      `Sur ${serverName}, des messages vous attendent que vous n’avez pas encore lus.`,
      'Ouvrez votre application pour les lire.',
      'Vous recevez un tel message au plus une fois par jour. Vous pouvez le désactiver dans les paramètres de votre application, sous notifications.',
    ],
    link: 'Lire les messages',
  },
});
