/** Code with its language and what can be done with it. */
import { memo } from 'preact/compat';
import { useContext } from 'preact/hooks';
import { CopyButton } from '../components/copy-button';
import { IconButton } from '../components/icon-button';
import { useActions } from '../state/actions-context';
import { CodeTarget } from './code-target';
import { useHighlight } from './highlight';

export const CodeBlock = memo(function CodeBlock({ code, language }: { code: string; language: string }) {
  const { post } = useActions();
  const attachment = useContext(CodeTarget);
  const html = useHighlight(code, language);
  return (
    <div class="code-block" role="group" aria-label={language === '' ? 'Code' : `Code, ${language}`}>
      <div class="code-header">
        <span class="code-language">{language === '' ? 'text' : language}</span>
        <div class="code-actions">
          <CopyButton text={code} label="Copy" testId="code-copy" />
          <IconButton
            icon="insert"
            label="Insert at cursor"
            testId="code-insert"
            onClick={() => post({ type: 'insertAtCursor', code })}
          />
          <IconButton
            icon="new-file"
            label="Open in a new file"
            testId="code-new-file"
            onClick={() => post({ type: 'newFile', code, language })}
          />
          <IconButton
            icon="git-pull-request-go-to-changes"
            label={attachment === undefined ? 'Apply to the open file' : `Apply to ${attachment.path}`}
            testId="code-apply"
            onClick={() =>
              post({ type: 'applyCode', code, language, ...(attachment !== undefined && { attachment }) })
            }
          />
        </div>
      </div>
      <pre tabIndex={0}>
        {html === undefined ? <code>{code}</code> : <code dangerouslySetInnerHTML={{ __html: html }} />}
      </pre>
    </div>
  );
});
