import { createContext } from 'preact';
import type { Attachment } from '../../src/shared/protocol/conversations';

/** The selection that the question was about: where "apply" goes. */
export const CodeTarget = createContext<Attachment | undefined>(undefined);
