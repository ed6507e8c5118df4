import { expect, it } from 'vitest';
import { openTestStore } from './test-store.ts';

const thanks = { name: 'Thanks', subject: 'Thank you', html: '<p>Thank you!</p>', text: 'Thank you!' };

it('keeps templates over a restart, by name, and tells of each change', () => {
  const test = openTestStore();
  const later = test.store.templates.save(thanks);
  const first = test.store.templates.save({ ...thanks, name: 'Address' });
  const store = test.reopen();
  expect(store.templates.list()).toEqual([first, later]);
  expect(store.templates.get(later.templateId)).toEqual({ ...thanks, templateId: later.templateId });
  test.changes.length = 0;
  store.templates.save({ ...later, subject: 'Thanks a lot' });
  store.templates.remove(first.templateId);
  store.templates.remove(first.templateId);
  expect(store.templates.list()).toEqual([{ ...later, subject: 'Thanks a lot' }]);
  expect(test.changes).toEqual([{ kind: 'templates' }, { kind: 'templates' }]);
});

it('does not bring back a template that was removed meanwhile', () => {
  const { store } = openTestStore();
  const made = store.templates.save(thanks);
  store.templates.remove(made.templateId);
  expect(() => store.templates.save(made)).toThrow(expect.objectContaining({ code: 'not-found' }));
});
