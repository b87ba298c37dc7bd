import { type Html, html } from './html.ts';
import { messagesOf, type Messages } from './messages/index.ts';
import type { KnownVisitor, Visitor } from './visitors.ts';

/** Of an element; those without a value are left out. */
type Attributes = Readonly<Record<string, string | undefined>>;

const drawAttributes = (attributes: Attributes): readonly Html[] =>
  Object.entries(attributes).map(([name, value]) => (value === undefined ? html`` : html` ${name}="${value}"`));

/** Something to type. `attributes` are those of the element, beyond what all fields have. */
export function field(
  name: string,
  label: string,
  { hint, ...attributes }: Attributes & { readonly hint?: string | undefined },
): Html {
  const hintId = hint === undefined ? undefined : `${name}-hint`;
  const explanation = hint === undefined ? undefined : html`<p class="hint" id="${hintId}">${hint}</p>`;
  return html`<label for="${name}">${label}</label>
    ${explanation}
    <input id="${name}" name="${name}" required${drawAttributes({ 'aria-describedby': hintId, ...attributes })} />`;
}

/** What is typed as it is, without a device's help. */
export const VERBATIM: Attributes = { autocapitalize: 'none', spellcheck: 'false' };

export const button = (text: string, attributes: Attributes = {}): Html =>
  html`<button${drawAttributes(attributes)}>${text}</button>`;

export const actions = (...parts: readonly Html[]): Html => html`<p class="actions">${parts}</p>`;

/** What can be done with the one button of a form. */
export const submit = (text: string, kind: 'primary' | 'danger' = 'primary'): Html =>
  actions(button(text, { class: kind }));

/** Yes or no to an application. */
export const decision = (m: Messages): Html =>
  actions(
    button(m.allow, { class: 'primary', name: 'decision', value: 'allow' }),
    button(m.deny, { name: 'decision', value: 'deny' }),
  );

/** A form that changes something: `kept` comes back with it, and proof that this browser was shown the page. */
export function form(
  visitor: Visitor,
  action: string,
  parts: readonly Html[],
  kept: Readonly<Record<string, string>> = {},
): Html {
  const hidden = Object.entries({ csrf: visitor.csrf, ...kept }).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  return html`<form method="post" action="${action}">${hidden}${parts}</form>`;
}

/** Says who is logged in here, with a way out. */
export function loggedInAs(visitor: KnownVisitor, continueTo: string): Html {
  const m = messagesOf(visitor.language);
  const { loginName, userId } = visitor.account;
  const who = html`<p class="muted">${m.loggedInAs(loginName ?? userId)} ${button(m.logOut, { class: 'link' })}</p>`;
  return form(visitor, '/_stafette/account/logout', [who], { continue: continueTo });
}
