import type { Translate } from '../i18n/i18n.ts';
import type { Words } from '../matrix/words.ts';

/** The words that the models put into names. */
export function wordsIn(t: Translate): Words {
  return {
    unknownPerson: t('person.unknown'),
    emptyRoom: (formerName) =>
      formerName === undefined ? t('roomName.empty') : t('roomName.emptyWas', { name: formerName }),
    nameByMembers: (names, othersCount) =>
      othersCount > 0 ? t('roomName.members', { names: names.join(', '), count: othersCount }) : names.join(', '),
  };
}
