/** The application then opens without a network. Nothing depends on it, so a refusal is no error. */
export function registerServiceWorker(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  void navigator.serviceWorker.register('/service-worker.js', { type: 'module' }).catch(() => undefined);
}
