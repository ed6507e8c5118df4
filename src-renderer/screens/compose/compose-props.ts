import type { DraftId } from '../../../src-shared/model/ids.ts';
import type { Submission } from '../../../src-shared/model/submission.ts';

export type ComposeProps = {
  draftId: DraftId;
  /** Made just now by the command that opened this: closed untouched, it leaves nothing behind. */
  isNew?: boolean;
  /** How long a sent message can be taken back. */
  undoSeconds: number;
  isDark: boolean;
  checksSpelling: boolean;
  /** The program is locked: what was typed is kept, and not shown. */
  isHidden: boolean;
  onClose: () => void;
  onSent: (submission: Submission) => void;
  /** Opens a draft again that was discarded. */
  onReopen: (draftId: DraftId) => void;
};
