import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { SearchCoverage, SearchProblem } from '../../../src-shared/model/search.ts';
import { COMMANDS } from '../../commands/command-table.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Kbd } from '../../components/kbd.tsx';
import { formatShortDate, t } from '../../i18n/i18n.ts';
import {
  NO_SEARCH,
  queryOf,
  reopenLastChip,
  type SearchInput,
  suggestionsFor,
  takeChips,
} from './search-words.ts';
import type { SearchState } from './use-search.ts';

/** The closed field: it says where one searches and by which key. */
export function SearchButton({ isNarrow, onOpen }: { isNarrow: boolean; onOpen: () => void }): ReactNode {
  if (isNarrow)
    return (
      <IconButton label={t('command.search')} icon="search" kbd={COMMANDS.search.shown} onPress={onOpen} />
    );
  return (
    <AriaButton className="search-button" aria-label={t('command.search')} onPress={onOpen}>
      <Icon name="search" />
      <span className="grow cut">{t('search.idle')}</span>
      <Kbd>{COMMANDS.search.shown}</Kbd>
    </AriaButton>
  );
}

export type SearchFieldProps = {
  /** Counts up when the field is to take the focus again. */
  focusTurn: number;
  count: number;
  hasMore: boolean;
  isSearching: boolean;
  mailboxNames: readonly string[];
  input: SearchInput;
  onInput: (input: SearchInput) => void;
  onClose: () => void;
  /** The person goes down into what was found. */
  onLeave: () => void;
};

/** The open field: chips for finished operators, the text, how much was found; below it what may come next. */
export function SearchField(props: SearchFieldProps): ReactNode {
  const { focusTurn, count, hasMore, isSearching, mailboxNames, input, onInput, onClose, onLeave } = props;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focusTurn >= 0) field.current?.focus();
  }, [focusTurn]);

  const take = (next: SearchInput): void => onInput(takeChips(next));
  const removeChip = (index: number): void => {
    take({ ...input, chips: input.chips.filter((_, at) => at !== index) });
    field.current?.focus();
  };
  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    const isAtStart = event.currentTarget.selectionStart === 0 && event.currentTarget.selectionEnd === 0;
    if (event.key === 'Escape') {
      if (queryOf(input) === '') onClose();
      else take(NO_SEARCH);
    } else if (event.key === 'Backspace' && isAtStart && input.chips.length > 0) {
      onInput(reopenLastChip(input));
    } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
      onLeave();
    } else {
      return;
    }
    event.preventDefault();
  };

  const suggestions = suggestionsFor(input, mailboxNames);
  return (
    <>
      <div className="bar list-bar search-bar">
        <div className="search-field">
          <Icon name="search" />
          {input.chips.map((chip, index) => (
            <span key={chip} className="search-chip">
              <span className="cut" dir="auto">
                {chip}
              </span>
              <AriaButton aria-label={t('search.remove-chip', { chip })} onPress={() => removeChip(index)}>
                <Icon name="close" size={14} />
              </AriaButton>
            </span>
          ))}
          <input
            ref={field}
            type="text"
            value={input.text}
            onChange={(event) => take({ ...input, text: event.currentTarget.value })}
            onKeyDown={press}
            aria-label={t('command.search')}
            placeholder={input.chips.length === 0 ? t('search.placeholder') : ''}
            spellCheck={false}
            autoComplete="off"
            dir="auto"
          />
          {isSearching && (
            <span className="search-count" role="status">
              {hasMore ? t('search.found-more', { count }) : t('search.found', { count })}
            </span>
          )}
          <IconButton label={t('search.close')} icon="close" onPress={onClose} />
        </div>
      </div>
      {suggestions.length > 0 && (
        <fieldset className="search-offers" aria-label={t('search.offers')}>
          {suggestions.map((suggestion) => (
            <AriaButton
              key={suggestion.label}
              className="search-offer"
              onPress={() => {
                take(suggestion.result);
                field.current?.focus();
              }}
            >
              {suggestion.label}
            </AriaButton>
          ))}
        </fieldset>
      )}
    </>
  );
}

/** What the search covers, in one sentence for all accounts. */
function coverageText(coverage: readonly SearchCoverage[]): string {
  const sum = (pick: (one: SearchCoverage) => number): number =>
    coverage.reduce((total, one) => total + pick(one), 0);
  const messages = sum((one) => one.messages);
  if (!coverage.every((one) => one.isComplete)) return t('search.covers-part', { count: messages });
  if (sum((one) => one.bodies) === messages) return t('search.covers-all', { count: messages });
  const since = coverage.map((one) => one.textSince);
  return since.every((time) => time !== undefined)
    ? t('search.covers-text-since', { date: formatShortDate(Math.max(...since)) })
    : t('search.covers-subjects', { count: messages });
}

function problemText({ text, problem }: SearchProblem): string {
  return t(`search.problem.${problem}`, { text });
}

/** Under the field: what was searched, what was not understood, and the way to the servers. */
export function SearchFacts(props: {
  coverage: readonly SearchCoverage[] | undefined;
  search: SearchState;
  hasServer: boolean;
}): ReactNode {
  const { coverage, search, hasServer } = props;
  const { server } = search;
  return (
    <div className="search-facts" role="status">
      {search.problems.map((problem) => (
        <p key={`${problem.problem} ${problem.text}`} className="warn" dir="auto">
          {problemText(problem)}
        </p>
      ))}
      <p>
        {coverage && coverage.length > 0 && <span>{coverageText(coverage)}</span>}
        {server.state === 'not-asked' && hasServer && (
          <Button variant="link" size="small" onPress={search.askServer}>
            {t('search.ask-server')}
          </Button>
        )}
        {server.state === 'asking' && <span>{t('search.asking-server')}</span>}
        {server.state === 'answered' && (
          <span>
            {server.failed > 0
              ? t('search.server-failed', { found: server.found, count: server.failed })
              : t('search.server-found', { count: server.found })}
          </span>
        )}
      </p>
    </div>
  );
}
