import { useBackend } from '../../backend/backend-context.tsx';
import { useCommands } from '../../commands/use-commands.ts';
import { showHint } from '../../components/toast.tsx';
import { t } from '../../i18n/i18n.ts';

/** New mail comes by itself; who does not want to wait for it, or has the network back, asks for it. What came is told where it stands. */
export function useGetMail(isActive: boolean): void {
  const backend = useBackend();
  const getMail = (): void => {
    void backend.request('sync.now', {}).then((result) => {
      if (result.ok) showHint(t('toast.get-mail'));
    });
  };
  useCommands({ 'get-mail': getMail }, isActive);
}
