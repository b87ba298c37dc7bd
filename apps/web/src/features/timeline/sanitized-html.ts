import createDOMPurify from 'dompurify';

/** https://spec.matrix.org/v1.19/client-server-api/#mroommessage-msgtypes, without images: those would need a download first. */
const TAGS =
  'del h1 h2 h3 h4 h5 h6 blockquote p a ul ol sup sub li b i u strong em s code hr br div table thead tbody tr th td caption pre span details summary'.split(
    ' ',
  );
const ATTRIBUTES = ['href', 'start', 'class', 'data-mx-spoiler', 'data-mx-maths'];
const LINKS = /^(?:https?|ftp|mailto|magnet):/i;

const purifier = createDOMPurify(window);

purifier.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName === 'A') {
    node.setAttribute('target', '_blank');
    node.setAttribute('rel', 'noreferrer noopener');
  }
  // Of classes only the language of a code block says something.
  const language = /(?:^|\s)(language-[\w-]+)/.exec(node.getAttribute('class') ?? '')?.[1];
  if (language !== undefined && node.tagName === 'CODE') node.setAttribute('class', language);
  else node.removeAttribute('class');
});

/** What remains of somebody else's HTML: the specification's tags, links that leave the page, no style, no script, no picture. */
export function sanitizedHtml(html: string): string {
  return purifier.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOWED_URI_REGEXP: LINKS,
    ADD_URI_SAFE_ATTR: ['start', 'class', 'data-mx-spoiler', 'data-mx-maths'],
    FORBID_CONTENTS: [
      'mx-reply',
      'style',
      'script',
      'title',
      'iframe',
      'noscript',
      'template',
      'svg',
      'math',
      'textarea',
      'select',
      'option',
    ],
  });
}
