/**
 * Hands the engine's port to the page and nothing else: the page gets no function of Electron's.
 * The page asks when it can listen, so that a port never arrives before its listener.
 */
import { ipcRenderer } from 'electron';
import { PORT_HANDOVER } from '../../src-shared/ipc/wire.ts';

ipcRenderer.on(PORT_HANDOVER, (event) => {
  window.postMessage(PORT_HANDOVER, window.location.origin, event.ports);
});
