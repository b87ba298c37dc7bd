import { pageScript } from '../browser-login/index.ts';

/**
 * Logs in as any client does, and hands the answer to the application around the page. Applications put their function into
 * `matrixLogin` when the page has loaded, so the object is there before; where no application listens, nobody is logged in.
 */
export const loginFallbackScript = pageScript(
  `(() => {
  const form = document.querySelector('form');
  const button = form.querySelector('button');
  const problem = document.querySelector('[role=alert]');
  const done = document.querySelector('[role=status]');
  const texts = form.dataset;
  window.matrixLogin = window.matrixLogin || {};

  const tell = (text) => {
    problem.textContent = text;
    problem.hidden = text === '';
  };
  const refusals = {
    M_FORBIDDEN: texts.wrongPassword,
    M_USER_LOCKED: texts.accountLocked,
    M_LIMIT_EXCEEDED: texts.tooMany,
  };
  const logIn = async () => {
    const answer = await fetch('/_matrix/client/v3/login', {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...JSON.parse(texts.parameters),
        type: 'm.login.password',
        identifier: { type: 'm.id.user', user: form.elements.name.value },
        password: form.elements.password.value,
      }),
    });
    const response = await answer.json();
    if (!answer.ok) return tell(refusals[response.errcode] || texts.failed);
    form.hidden = true;
    done.hidden = false;
    window.matrixLogin.onLogin(response);
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (typeof window.matrixLogin.onLogin !== 'function') return tell(texts.needsApplication);
    button.disabled = true;
    tell('');
    try {
      await logIn();
    } catch {
      tell(texts.failed);
    }
    button.disabled = false;
  });
  document.getElementById('without-script').remove();
  form.hidden = false;
})();`,
  { asksServer: true },
);
