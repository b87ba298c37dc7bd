import './styles/main.css';
import { createRoot } from 'react-dom/client';
import { compose } from './compose.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place for the application');
createRoot(root).render(compose());
