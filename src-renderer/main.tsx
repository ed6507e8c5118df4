/** Starts the window: language, theme, the link to the engine, then the screens. */
import './backend/schemas-without-eval.ts';
import '@fontsource-variable/inter/wght.css';
import './design/tokens.css';
import './design/base.css';
import './design/controls.css';
import './design/overlays.css';
import './design/frame.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createBackend, portsOf } from './backend/backend.ts';
import { BackendProvider } from './backend/backend-context.tsx';
import { currentLocale, direction, setLocale, t } from './i18n/i18n.ts';

const backend = createBackend(portsOf(window));
const wanted = new URLSearchParams(window.location.search).get('locale');
if (wanted !== null) setLocale(wanted);
document.documentElement.lang = currentLocale();
document.documentElement.dir = direction();
document.title = t('app.name');

const place = document.getElementById('root');
if (place) {
  createRoot(place).render(
    <BackendProvider backend={backend}>
      <App />
    </BackendProvider>,
  );
}
