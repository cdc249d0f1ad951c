/** Starts the hardware panel. */
import '@vscode/codicons/dist/codicon.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/hardware.css';
import { render } from 'preact';
import { HardwareApp } from './hardware/hardware-app';
import { HardwareStore } from './hardware/hardware-store';
import { connectHardwarePanel } from './messaging';
import { registerControls } from './register-controls';

registerControls();
const store = new HardwareStore(connectHardwarePanel());
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root');
render(<HardwareApp store={store} />, root);
