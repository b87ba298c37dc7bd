/** Who works at the agency of the demonstration, and what was said there. */
export interface Person {
  readonly loginName: string;
  readonly displayName: string;
}

export interface Line {
  readonly by: string;
  readonly text: string;
  /** Answers the line before it. */
  readonly isReply?: boolean;
  /** Others' reactions to it. */
  readonly reactions?: Readonly<Record<string, string>>;
}

export interface Conversation {
  /** Undefined for a conversation of two. */
  readonly name: string | undefined;
  readonly topic?: string;
  /** The first creates the room and invites the others. */
  readonly people: readonly string[];
  readonly lines: readonly Line[];
}

export const AGENCY_NAME = 'Amt für Beispiele';
export const SERVER_NAME = 'amt.example';

export const administrator: Person = { loginName: 'anna', displayName: 'Anna Adler' };

export const colleagues: readonly Person[] = [
  { loginName: 'bernd', displayName: 'Bernd Brandt' },
  { loginName: 'claire', displayName: 'Claire Colbert' },
  { loginName: 'dana', displayName: 'Dana Dorn' },
];

export const conversations: readonly Conversation[] = [
  {
    name: 'Lagezentrum',
    topic: 'Hochwasser: Lage, Aufträge, Rückmeldungen',
    people: ['anna', 'bernd', 'claire', 'dana'],
    lines: [
      { by: 'anna', text: 'Guten Morgen zusammen. Der Pegel steht bei 4,20 m, Tendenz steigend.' },
      {
        by: 'bernd',
        text: 'Danke. Die Sandsäcke sind verladen, wir fahren um 9 Uhr los.',
        reactions: { anna: '👍', dana: '👍' },
      },
      { by: 'claire', text: 'Nos collègues de Strasbourg proposent deux pompes. Je confirme ?' },
      { by: 'anna', text: 'Ja, gern! Oui, merci beaucoup.', isReply: true, reactions: { claire: '🙏' } },
      { by: 'dana', text: 'Die Straße am Ufer ist ab sofort gesperrt. **Bitte über die Südbrücke fahren.**' },
      { by: 'bernd', text: 'Verstanden, wir nehmen die Südbrücke.', isReply: true },
    ],
  },
  {
    name: 'Team Digital',
    topic: 'Was wir bauen und warum',
    people: ['bernd', 'anna', 'claire'],
    lines: [
      { by: 'bernd', text: 'Die neue Antragsstrecke ist fertig zum Testen.' },
      { by: 'claire', text: 'Super ! Je regarde cet après-midi.', reactions: { bernd: '🎉' } },
      { by: 'anna', text: 'Please also check it with a screen reader.' },
    ],
  },
  {
    name: undefined,
    people: ['anna', 'bernd'],
    lines: [
      { by: 'anna', text: 'Hast du heute Mittag kurz Zeit?' },
      { by: 'bernd', text: 'Klar, 12:30 Uhr in der Kantine?', reactions: { anna: '👍' } },
      { by: 'anna', text: 'Passt, bis gleich.' },
    ],
  },
];
