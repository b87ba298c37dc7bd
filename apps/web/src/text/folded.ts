/** Lower case without accents, so that "muller" finds Müller; ß as ss. */
export function folded(text: string): string {
  return text.toLocaleLowerCase().replaceAll('ß', 'ss').normalize('NFKD').replaceAll(/\p{M}/gu, '');
}
