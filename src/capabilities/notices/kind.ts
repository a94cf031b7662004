/** The kinds `notices`: texts told to people, and `channels`: ways to them outside of the app. */
import type { Fault } from '#kernel/errors';
import type { PackFile, PackIndex, PackKind } from '#kernel/packs';
import { noticesErrors } from './errors.ts';
import { type ChannelFile, channelFile, type NoticeTemplate, noticeTemplate } from './model.ts';
import { removeChannel, removeTemplate, saveChannel, saveTemplate } from './store.ts';

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

function unknownChannels(file: PackFile, index: PackIndex): Fault[] {
  const { channels } = file.data as NoticeTemplate;
  return channels.flatMap((channel, at) => {
    if (index.find('channels', channel, file) !== undefined) return [];
    const line = file.lineOf(['channels', at]);
    const place = { file: file.file, item: `channels.${at}`, ...(line ? { line } : {}) };
    return [noticesErrors.fault('channel_unknown', place, { channel })];
  });
}

export const channelsKind: PackKind = {
  name: 'channels',
  title: { zh: '推送渠道', en: 'Channels' },
  format: 'yaml',
  schema: channelFile,
  apply: (ctx, file) => saveChannel(ctx, file.pack, file.name, file.data as ChannelFile),
  remove: (ctx, file) => removeChannel(ctx, file.name),
};

export const noticesKind: PackKind = {
  name: 'notices',
  title: { zh: '通知模板', en: 'Notice templates' },
  format: 'yaml',
  schema: noticeTemplate,
  after: ['channels'],
  check: async (file, index) => [...undeclared(file), ...unknownChannels(file, index)],
  apply: (ctx, file) => saveTemplate(ctx, file.pack, file.name, file.data as NoticeTemplate),
  remove: (ctx, file) => removeTemplate(ctx, file.name),
};
