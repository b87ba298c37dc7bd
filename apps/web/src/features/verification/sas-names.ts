import type { Language } from '../../i18n/language.ts';

/** English (the specification's table), German, French. https://spec.matrix.org/v1.19/client-server-api/#sas-method-emoji */
const NAMES: ReadonlyArray<readonly [string, string, string]> = [
  ['Dog', 'Hund', 'Chien'], ['Cat', 'Katze', 'Chat'], ['Lion', 'Löwe', 'Lion'], ['Horse', 'Pferd', 'Cheval'],
  ['Unicorn', 'Einhorn', 'Licorne'], ['Pig', 'Schwein', 'Cochon'], ['Elephant', 'Elefant', 'Éléphant'], ['Rabbit', 'Hase', 'Lapin'],
  ['Panda', 'Panda', 'Panda'], ['Rooster', 'Hahn', 'Coq'], ['Penguin', 'Pinguin', 'Manchot'], ['Turtle', 'Schildkröte', 'Tortue'],
  ['Fish', 'Fisch', 'Poisson'], ['Octopus', 'Oktopus', 'Pieuvre'], ['Butterfly', 'Schmetterling', 'Papillon'], ['Flower', 'Blume', 'Fleur'],
  ['Tree', 'Baum', 'Arbre'], ['Cactus', 'Kaktus', 'Cactus'], ['Mushroom', 'Pilz', 'Champignon'], ['Globe', 'Globus', 'Globe'],
  ['Moon', 'Mond', 'Lune'], ['Cloud', 'Wolke', 'Nuage'], ['Fire', 'Feuer', 'Feu'], ['Banana', 'Banane', 'Banane'],
  ['Apple', 'Apfel', 'Pomme'], ['Strawberry', 'Erdbeere', 'Fraise'], ['Corn', 'Mais', 'Maïs'], ['Pizza', 'Pizza', 'Pizza'],
  ['Cake', 'Kuchen', 'Gâteau'], ['Heart', 'Herz', 'Cœur'], ['Smiley', 'Smiley', 'Smiley'], ['Robot', 'Roboter', 'Robot'],
  ['Hat', 'Hut', 'Chapeau'], ['Glasses', 'Brille', 'Lunettes'], ['Spanner', 'Schraubenschlüssel', 'Clé plate'], ['Santa', 'Weihnachtsmann', 'Père Noël'],
  ['Thumbs Up', 'Daumen hoch', 'Pouce levé'], ['Umbrella', 'Regenschirm', 'Parapluie'], ['Hourglass', 'Sanduhr', 'Sablier'], ['Clock', 'Uhr', 'Réveil'],
  ['Gift', 'Geschenk', 'Cadeau'], ['Light Bulb', 'Glühbirne', 'Ampoule'], ['Book', 'Buch', 'Livre'], ['Pencil', 'Bleistift', 'Crayon'],
  ['Paperclip', 'Büroklammer', 'Trombone'], ['Scissors', 'Schere', 'Ciseaux'], ['Lock', 'Schloss', 'Cadenas'], ['Key', 'Schlüssel', 'Clé'],
  ['Hammer', 'Hammer', 'Marteau'], ['Telephone', 'Telefon', 'Téléphone'], ['Flag', 'Flagge', 'Drapeau'], ['Train', 'Zug', 'Train'],
  ['Bicycle', 'Fahrrad', 'Vélo'], ['Aeroplane', 'Flugzeug', 'Avion'], ['Rocket', 'Rakete', 'Fusée'], ['Trophy', 'Pokal', 'Trophée'],
  ['Ball', 'Ball', 'Ballon'], ['Guitar', 'Gitarre', 'Guitare'], ['Trumpet', 'Trompete', 'Trompette'], ['Bell', 'Glocke', 'Cloche'],
  ['Anchor', 'Anker', 'Ancre'], ['Headphones', 'Kopfhörer', 'Casque audio'], ['Folder', 'Ordner', 'Dossier'], ['Pin', 'Stecknadel', 'Punaise'],
];

const byEnglishName = new Map(NAMES.map((names) => [names[0].toLowerCase(), names]));

/** The emoji's name in the person's language; two people may well compare in two languages, by the pictures. */
export function sasName(englishName: string, language: Language): string {
  const names = byEnglishName.get(englishName.toLowerCase());
  if (names === undefined || language === 'en') return englishName;
  return language === 'de' ? names[1] : names[2];
}
