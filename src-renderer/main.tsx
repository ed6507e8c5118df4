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
import { ErrorBoundary } from './components/error-boundary.tsx';
import { applyLanguage } from './i18n/apply-language.ts';
import { StepUp } from './step-up.tsx';

const backend = createBackend(portsOf(window));
// Given at the start (a test, the system's own setting); else what the settings or the system say.
await applyLanguage('system');

const place = document.getElementById('root');
if (place) {
  createRoot(place).render(
    <ErrorBoundary>
      <StepUp backend={backend}>
        <App />
      </StepUp>
    </ErrorBoundary>,
  );
}
