import { useEffect, useState } from 'preact/hooks';
import { useActions } from '../state/actions-context';
import { IconButton } from './icon-button';

const CONFIRM_MS = 1500;

/** Copies, and says for a moment that it did. */
export function CopyButton({ text, label, testId }: { text: string; label: string; testId: string }) {
  const { post } = useActions();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), CONFIRM_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      icon={copied ? 'check' : 'copy'}
      label={copied ? 'Copied' : label}
      testId={testId}
      onClick={() => {
        post({ type: 'copy', text });
        setCopied(true);
      }}
    />
  );
}
