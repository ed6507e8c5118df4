import { randomUUID } from 'node:crypto';
import type { TemplateId } from '../../src-shared/model/ids.ts';
import { type Template, template } from '../../src-shared/model/writing.ts';
import { MailError } from '../base/errors.ts';
import type { Context } from './context.ts';

export type TemplateTable = {
  /** By name. */
  list(): Template[];
  get(templateId: TemplateId): Template | undefined;
  /** Adds it, or changes the one that is named. Throws not-found for one that is not there (any more). */
  save(content: Omit<Template, 'templateId'> & { templateId?: TemplateId | undefined }): Template;
  /** Removing twice is no error. */
  remove(templateId: TemplateId): void;
};

export function createTemplateTable({ journal, emit }: Context): TemplateTable {
  return {
    list: () => {
      const rows = journal.all<{ template: string }>('SELECT template FROM template ORDER BY template_id');
      return rows.map(templateFrom).sort((a, b) => a.name.localeCompare(b.name));
    },
    get(templateId) {
      const row = journal.get<{ template: string }>('SELECT template FROM template WHERE template_id = ?', [
        templateId,
      ]);
      return row && templateFrom(row);
    },
    save({ templateId, ...content }) {
      const saved = template.parse({ ...content, templateId: templateId ?? randomUUID() });
      const text = JSON.stringify(saved);
      if (templateId === undefined) {
        journal.run('INSERT INTO template(template_id, template) VALUES (?, ?)', [saved.templateId, text]);
      } else if (
        journal.run('UPDATE template SET template = ? WHERE template_id = ?', [text, templateId]) === 0
      ) {
        throw new MailError('not-found');
      }
      emit({ kind: 'templates' });
      return saved;
    },
    remove(templateId) {
      if (journal.run('DELETE FROM template WHERE template_id = ?', [templateId]) > 0) {
        emit({ kind: 'templates' });
      }
    },
  };
}

const templateFrom = (row: { template: string }): Template => JSON.parse(row.template) as Template;
