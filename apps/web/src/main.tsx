import './styles/main.css';
import { createRoot } from 'react-dom/client';
import { compose } from './compose.tsx';
import { registerServiceWorker } from './shell/service-worker-registration.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place for the application');
createRoot(root).render(compose());
registerServiceWorker();
