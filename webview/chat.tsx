/** Starts the chat view. */
import '@vscode/codicons/dist/codicon.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/thread.css';
import './styles/markdown.css';
import './styles/composer.css';
import './styles/history.css';
import { render } from 'preact';
import { App } from './components/app';
import { connectToExtension } from './messaging';
import { registerControls } from './register-controls';
import { browserFrames, ChatStore } from './state/chat-store';

registerControls();
const store = new ChatStore(connectToExtension(), browserFrames());
window.addEventListener('pagehide', () => store.saveNow());
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root');
render(<App store={store} />, root);
