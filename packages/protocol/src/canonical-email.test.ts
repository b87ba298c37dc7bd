import { expect, test } from 'vitest';
import { mailDomainOf, mailDomainTable, parseEmail } from './canonical-email.ts';

test.each(['a@b.de', 'anna.beispiel@agency.example', "o'brien+x_y-z@a-b.c1.example", 'a@xn--bcher-kva.example'])(
  '%s is read as it is',
  (text) => expect(parseEmail(text)).toBe(text),
);

test('capitals become small, and nothing else changes', () => {
  expect(parseEmail('Anna.Beispiel@Agency.EXAMPLE')).toBe('anna.beispiel@agency.example');
});

// What mail parsers were seen to read as another address, to repair, or to send to two.
const attacks = [
  'a@evil.org@bund.de',
  '"attacker@evil.org"@bund.de',
  '"a b"@bund.de',
  '<attacker@evil.org>@bund.de',
  '<attacker@evil.com>x@gouv.fr',
  'attacker@evil.com, x@gouv.fr',
  'attacker@evil.com,x@gouv.fr',
  'group:attacker@evil.com;@gouv.fr',
  'attacker@evil.com\u3000@gouv.fr',
  'a@bund.de\r\nRCPT TO:<b@evil.org>',
  'a@evil.org\0@bund.de',
  'x(@bund.de)@evil.org',
  'x@bund.de(comment)',
  'a%evil.org@bund.de',
  'evil.org!a@bund.de',
  '@evil.org:a@bund.de',
  '=?utf-8?q?a=40evil.org?=@bund.de',
  'a@bund\u3002de',
  'a@bund\uff0ede',
  '\uff41@bund.de',
  'x@elysee.fr\n',
  ' x@elysee.fr',
  'x@elysee.fr ',
  'mailto:x@elysee.fr',
  'Anna <x@elysee.fr>',
  'x@elysee.fr.',
  'x@.elysee.fr',
  'x@elysee..fr',
  '.x@elysee.fr',
  'x.@elysee.fr',
  'x..y@elysee.fr',
  'x@localhost',
  'x@127.0.0.1',
  'x@[127.0.0.1]',
  'x@-a.fr',
  'x@a-.fr',
  'x@ab--cd.fr',
  'x@b\u00fccher.example',
  // The Kelvin sign, whose small letter is an ASCII k.
  'x@ban\u212a.example',
  'x@agency_.example',
  '@elysee.fr',
  'x@',
  'x',
  '',
  `${'x'.repeat(65)}@elysee.fr`,
  `x@${'y'.repeat(64)}.fr`,
  `x@${'abcdefg.'.repeat(32)}fr`,
];
test.each(attacks)('%j is not an address', (text) => expect(parseEmail(text)).toBeUndefined());

test('domains are admitted as whole names', () => {
  const isAdmitted = mailDomainTable(['elysee.fr', '.bund.de']);
  const asked = (text: string): boolean => {
    const email = parseEmail(text);
    return email === undefined ? expect.fail(`${text} is no address`) : isAdmitted(email);
  };
  for (const text of ['x@elysee.fr', 'x@a.bund.de', 'x@b.a.bund.de']) expect(asked(text)).toBe(true);
  for (const text of [
    'x@a.elysee.fr',
    'x@xelysee.fr',
    'x@elysee.fr.evil.tld',
    'x@bund.de',
    'x@xbund.de',
    'x@e1ysee.fr',
  ])
    expect(asked(text)).toBe(false);
  for (const entry of ['', '.', 'fr', '*.bund.de', 'Bund.de', 'a@bund.de', '..bund.de'])
    expect(() => mailDomainTable([entry])).toThrow(RangeError);
});

/** One look-alike after the other: a letter left out, doubled, swapped, exchanged or added. */
function* lookAlikes(domain: string): Generator<string> {
  for (let at = 0; at <= domain.length; at += 1) {
    const [before, here, after] = [domain.slice(0, at), domain.charAt(at), domain.slice(at + 1)];
    yield before + after;
    yield before + here + here + after;
    yield before + after.charAt(0) + here + after.slice(1);
    for (const letter of [
      '0',
      '1',
      '-',
      '.',
      'l',
      'rn',
      '\u0435',
      '\u3002',
      '\uff0e',
      '\u200b',
      '\u00ad',
      '\u212a',
      '\u0131',
    ])
      for (const text of [before + letter + after, before + letter + here + after]) yield text;
  }
  for (const suffix of ['.', '.evil.tld', '-evil.tld', '@evil.tld', '%evil.tld', '\n', '\0', ' '])
    yield domain + suffix;
  for (const prefix of ['evil', 'evil-', 'evil.tld@', 'evil.', ' ']) yield prefix + domain;
}

test.each(['elysee.fr', 'bund.de', 'bk.bund.de'])('no look-alike of %s is admitted in its place', (domain) => {
  const isAdmitted = mailDomainTable([domain]);
  const candidates = [...lookAlikes(domain)].filter((candidate) => candidate !== domain);
  expect(candidates.length).toBeGreaterThan(200);
  const admitted = candidates.filter((candidate) => {
    const email = parseEmail(`x@${candidate}`);
    return email !== undefined && isAdmitted(email);
  });
  expect(admitted).toEqual([]);
  const real = parseEmail(`x@${domain}`);
  expect(real && mailDomainOf(real)).toBe(domain);
});
