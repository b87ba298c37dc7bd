import { expect, test } from 'vitest';
import { markdownToHtml } from './markdown.ts';

test('plain text needs no HTML', async () => {
  await expect(markdownToHtml('Guten Tag, 3 < 4 und 2 * 2 = 4')).resolves.toBeUndefined();
  await expect(markdownToHtml('zwei\nZeilen')).resolves.toBeUndefined();
});

test('marks become HTML without a paragraph around a single line', async () => {
  await expect(markdownToHtml('**wichtig**')).resolves.toBe('<strong>wichtig</strong>');
  await expect(markdownToHtml('1. eins\n2. zwei')).resolves.toContain('<ol>');
});

test('HTML in the text stays text, and a script address is no link', async () => {
  await expect(markdownToHtml('**a** <img src=x onerror=alert(1)>')).resolves.toBe(
    '<strong>a</strong> &lt;img src=x onerror=alert(1)&gt;',
  );
  await expect(markdownToHtml('[x](javascript:alert(1))')).resolves.toBeUndefined();
});
