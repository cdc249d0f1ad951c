import type { Attachment } from '../../shared/protocol/conversations';
import type { ViewCommand } from '../../shared/protocol/webview';

/** What the chat may do outside its view. Each explains its own failures. */
export interface ChatActions {
  copy(text: string): Promise<void>;
  insertAtCursor(code: string): Promise<void>;
  newFile(code: string, language: string): Promise<void>;
  /** Shows the code as a change to the attachment's file, or to the active editor. */
  applyCode(code: string, attachment: Attachment | undefined): Promise<void>;
  openFile(path: string, line: number): Promise<void>;
  openLink(url: string): Promise<void>;
  run(command: ViewCommand): Promise<void>;
  /** Brings the view to the front, the keyboard in it. */
  focusView(): Promise<void>;
}
