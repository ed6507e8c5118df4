import {
  Archive,
  ArrowLeft,
  Bold,
  Check,
  ChevronDown,
  ChevronLeft,
  ChevronRight,
  ChevronUp,
  Circle,
  CircleAlert,
  CircleCheck,
  Clock,
  Code,
  Copy,
  Download,
  Ellipsis,
  ExternalLink,
  File,
  Folder,
  FolderInput,
  Forward,
  Image as ImageIcon,
  ImageOff,
  Inbox,
  Italic,
  KeyRound,
  Link,
  List,
  ListOrdered,
  Lock,
  type LucideIcon,
  Mail,
  MailOpen,
  Menu,
  Minus,
  Monitor,
  OctagonAlert,
  Paperclip,
  PilcrowLeft,
  Plug,
  Plus,
  RefreshCw,
  Reply,
  ReplyAll,
  Search,
  Send,
  ShieldCheck,
  SlidersHorizontal,
  Smile,
  SquarePen,
  Star,
  TextQuote,
  Trash2,
  TriangleAlert,
  Underline,
  Unplug,
  Upload,
  User,
  X,
} from 'lucide-react';
import type { ReactNode } from 'react';

const ICONS = {
  archive: Archive,
  back: ArrowLeft,
  check: Check,
  'chevron-down': ChevronDown,
  'chevron-left': ChevronLeft,
  'chevron-right': ChevronRight,
  'chevron-up': ChevronUp,
  circle: Circle,
  alert: CircleAlert,
  done: CircleCheck,
  clock: Clock,
  source: Code,
  copy: Copy,
  download: Download,
  more: Ellipsis,
  external: ExternalLink,
  file: File,
  folder: Folder,
  move: FolderInput,
  forward: Forward,
  'images-off': ImageOff,
  inbox: Inbox,
  key: KeyRound,
  list: List,
  lock: Lock,
  mail: Mail,
  'mail-open': MailOpen,
  menu: Menu,
  minus: Minus,
  screen: Monitor,
  junk: OctagonAlert,
  paperclip: Paperclip,
  plug: Plug,
  unplug: Unplug,
  plus: Plus,
  refresh: RefreshCw,
  reply: Reply,
  'reply-all': ReplyAll,
  search: Search,
  send: Send,
  shield: ShieldCheck,
  settings: SlidersHorizontal,
  compose: SquarePen,
  star: Star,
  trash: Trash2,
  warning: TriangleAlert,
  outbox: Upload,
  person: User,
  close: X,
  bold: Bold,
  italic: Italic,
  underline: Underline,
  'list-numbers': ListOrdered,
  quote: TextQuote,
  link: Link,
  picture: ImageIcon,
  emoji: Smile,
  'right-to-left': PilcrowLeft,
} as const satisfies Record<string, LucideIcon>;

export type IconName = keyof typeof ICONS;

/** Icons that point somewhere turn round where text runs from right to left. */
const DIRECTIONAL = new Set<IconName>([
  'back',
  'chevron-left',
  'chevron-right',
  'forward',
  'move',
  'reply',
  'reply-all',
  'send',
]);

/** A drawing beside words; it is silent for screen readers, so the words must say it all. */
export function Icon({
  name,
  size = 16,
  isSolid = false,
  className = '',
}: {
  name: IconName;
  size?: number;
  isSolid?: boolean;
  className?: string;
}): ReactNode {
  const Drawing = ICONS[name];
  const names = ['icon', DIRECTIONAL.has(name) ? 'flip' : '', isSolid ? 'icon-solid' : '', className];
  return (
    <Drawing
      aria-hidden="true"
      size={size}
      strokeWidth={1.5}
      absoluteStrokeWidth
      className={names.filter((each) => each !== '').join(' ')}
    />
  );
}
