import type { EngineContext } from './context.ts';
import { saveFile } from './files.ts';
import type { Handlers } from './router.ts';

type ActivityHandlers = Pick<
  Handlers,
  | 'activity.page'
  | 'activity.check'
  | 'activity.findings'
  | 'activity.export'
  | 'security.check'
  | 'security.last'
>;

export function createActivityHandlers(context: EngineContext): ActivityHandlers {
  const { clock, shell } = context;
  return {
    'activity.page': (query) => context.rooms().activity.page(query),
    'activity.check': () => context.rooms().activity.check(),
    'activity.findings': () => context.rooms().activity.findings(),
    'activity.export': async () => {
      const { activity, store } = context.rooms();
      const day = new Date(clock.now()).toISOString().slice(0, 10);
      const saved = await saveFile(shell, `Latchkey activity ${day}.json`, activity.exportTo);
      if (saved) store.audit.append({ kind: 'exported', detail: { what: 'activity' } });
      return { saved };
    },
    'security.check': () => context.rooms().checks.run(),
    'security.last': () => {
      const check = context.rooms().checks.last();
      return { ...(check && { check }) };
    },
  };
}
