/** The colours are those of KERN, the design standard of German administrations; see packages/ui. */
export const style = `
:root {
  color-scheme: light dark;
  --surface: oklch(100% 0 0);
  --sunken: oklch(96.72% 0.0041 271.37);
  --text: oklch(20.23% 0.0321 277.67);
  --muted: oklch(46.61% 0.0574 276.44);
  --border: oklch(56.94% 0.0532 275.53);
  --accent: oklch(42.84% 0.1689 265.02);
  --accent-hover: oklch(34.91% 0.1828 264.89);
  --on-accent: oklch(100% 0 0);
  --danger: oklch(47.7% 0.19 28);
  --danger-surface: oklch(96.6% 0.017 20);
  --warning-surface: oklch(96.75% 0.0328 83.71);
  --warning: oklch(47.04% 0.1072 63.06);
}
@media (prefers-color-scheme: dark) {
  :root {
    --surface: oklch(19% 0.024 277);
    --sunken: oklch(25% 0.03 277);
    --text: oklch(96.72% 0.0041 271.37);
    --muted: oklch(78.01% 0.0315 277.47);
    --border: oklch(62.99% 0.0486 276.6);
    --accent: oklch(75.39% 0.0772 264.66);
    --accent-hover: oklch(81.9% 0.0559 264.7);
    --on-accent: oklch(15% 0.03 270);
    --danger: oklch(76% 0.12 22);
    --danger-surface: oklch(24% 0.06 29);
    --warning-surface: oklch(25% 0.045 63);
    --warning: oklch(76.26% 0.1674 68);
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--sunken); color: var(--text); font: 400 1rem/1.5 'Fira Sans', system-ui, sans-serif; }
main { max-width: 34rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; background: var(--surface); min-height: 100vh; }
@media (min-width: 40rem) { main { margin: 3rem auto; min-height: 0; padding: 2.5rem; border-radius: 12px; } }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; font-weight: 600; overflow-wrap: anywhere; }
h2 { margin: 1.5rem 0 0.5rem; font-size: 1.125rem; line-height: 1.35; }
p, ul, dl { margin: 0 0 1rem; }
a { color: var(--accent); text-underline-offset: 3px; }
dt { font-weight: 600; }
dd { margin: 0 0 0.5rem; overflow-wrap: anywhere; }
label { display: block; font-weight: 600; }
.hint { color: var(--muted); font-size: 0.9375rem; margin: 0 0 0.25rem; }
input:not([type='checkbox']) { width: 100%; min-height: 48px; margin-bottom: 1rem; padding: 8px 14px; border: 0; border-bottom: 2px solid var(--border); border-radius: 4px 4px 0 0; background: var(--sunken); color: inherit; font: inherit; }
.code { letter-spacing: 0.2em; text-transform: uppercase; }
.check { display: flex; gap: 12px; align-items: flex-start; margin: 1rem 0; font-weight: 400; }
.check input { flex: none; width: 24px; height: 24px; margin: 0; accent-color: var(--accent); }
.actions { display: flex; flex-wrap: wrap; gap: 12px; margin: 1.5rem 0 0; }
button { min-height: 48px; padding: 8px 20px; border: 1px solid var(--accent); border-radius: 4px; background: transparent; color: var(--accent); font: inherit; font-weight: 600; cursor: pointer; }
button:hover { background: var(--sunken); }
button.primary { background: var(--accent); color: var(--on-accent); }
button.primary:hover { background: var(--accent-hover); }
button.danger { border-color: var(--danger); background: var(--danger); color: var(--surface); }
button.link { min-height: 0; padding: 0; border: 0; text-decoration: underline; text-underline-offset: 3px; font-weight: 400; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.problem { padding: 12px 16px; border-left: 4px solid var(--danger); background: var(--danger-surface); }
.warning { padding: 12px 16px; border-left: 4px solid var(--warning); background: var(--warning-surface); }
.warning h2 { margin-top: 0; }
.warning p { margin: 0; }
.muted { color: var(--muted); }
.devices { list-style: none; padding: 0; }
.devices li { padding: 12px 0; border-bottom: 1px solid var(--sunken); }
`;
