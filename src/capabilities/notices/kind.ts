/** The kind `notices`: texts told to people. */
import type { Fault } from '#kernel/errors';
import type { PackFile, PackKind } from '#kernel/packs';
import { noticesErrors } from './errors.ts';
import { type NoticeTemplate, noticeTemplate } from './model.ts';
import { removeTemplate, saveTemplate } from './store.ts';

const used = (template: NoticeTemplate): [path: string[], param: string][] =>
  (['title', 'body'] as const).flatMap((part) =>
    (['zh', 'en'] as const).flatMap((language) =>
      [...template[part][language].matchAll(/\{(\w+)\}/g)].map((match): [string[], string] => [
        [part, language],
        match[1] ?? '',
      ]),
    ),
  );

function undeclared(file: PackFile): Fault[] {
  const template = file.data as NoticeTemplate;
  return used(template)
    .filter(([, param]) => !template.params.includes(param))
    .map(([path, param]) => {
      const line = file.lineOf(path);
      const at = { file: file.file, item: path.join('.'), ...(line ? { line } : {}) };
      return noticesErrors.fault('param_undeclared', at, { param });
    });
}

export const noticesKind: PackKind = {
  name: 'notices',
  title: { zh: '通知模板', en: 'Notice templates' },
  format: 'yaml',
  schema: noticeTemplate,
  check: async (file) => undeclared(file),
  apply: (ctx, file) => saveTemplate(ctx, file.pack, file.name, file.data as NoticeTemplate),
  remove: (ctx, file) => removeTemplate(ctx, file.name),
};
