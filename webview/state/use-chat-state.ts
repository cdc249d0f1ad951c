import { useLayoutEffect, useState } from 'preact/hooks';
import type { ChatState } from './chat-state';
import type { ChatStore } from './chat-store';

export function useChatState(store: ChatStore): ChatState {
  const [state, setState] = useState(store.state);
  useLayoutEffect(() => {
    setState(store.state);
    return store.subscribe(setState);
  }, [store]);
  return state;
}
