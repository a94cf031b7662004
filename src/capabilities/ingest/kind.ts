/** What packs declare for ingest: sources. */
import { createHash } from 'node:crypto';
import type { Fault } from '#kernel/errors';
import { type PackFile, type PackIndex, type PackKind, placeOf } from '#kernel/packs';
import { applySource, isCron, withdrawSource } from './actions/index.ts';
import { ingestErrors } from './errors.ts';
import { type SourceFile, sourceFile } from './model.ts';

type Path = (string | number)[];

function faultsOf(file: PackFile, index: PackIndex): Fault[] {
  const declared = file.data as SourceFile;
  const at = (path: Path) => {
    const line = file.lineOf(path);
    return { file: placeOf(file), ...(line === undefined ? {} : { line }) };
  };
  const faults: Fault[] = [];
  const { dataset, schedule } = declared;
  const found = index.find('datasets', dataset, file);
  if (found === undefined || found.sql !== undefined) {
    faults.push(ingestErrors.fault('source_dataset', at(['dataset']), { dataset }));
  }
  if (schedule?.cron !== undefined && !isCron(schedule.cron)) {
    const params = { cron: schedule.cron };
    faults.push(ingestErrors.fault('source_cron', at(['schedule', 'cron']), params));
  }
  if (schedule !== undefined && Object.keys(schedule).length !== 1) {
    faults.push(ingestErrors.fault('source_schedule', at(['schedule'])));
  }
  return [...faults, ...optionFaults(declared, at, found)];
}

function optionFaults(
  declared: SourceFile,
  at: (path: Path) => { file: string; line?: number },
  dataset: PackFile | undefined,
): Fault[] {
  if (declared.road === 'folder') {
    const { path } = declared.options;
    const isInside = !path.startsWith('/') && !path.split(/[/\\]/).includes('..');
    if (isInside) return [];
    return [ingestErrors.fault('source_path', at(['options', 'path']), { path })];
  }
  if (declared.road === 'http') {
    const { username, password } = new URL(declared.options.url);
    if (username === '' && password === '') return [];
    return [ingestErrors.fault('source_userinfo', at(['options', 'url']))];
  }
  const mode = (dataset?.data as { mode?: string } | undefined)?.mode;
  if (declared.options.watermark === undefined || mode !== 'full') return [];
  const params = { dataset: declared.dataset };
  return [ingestErrors.fault('source_watermark', at(['options', 'watermark']), params)];
}

/** Read otherwise, the same files are something new. */
const digestOf = (declared: SourceFile): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        ...[declared.road, declared.dataset, declared.options],
        ...('dialect' in declared ? [declared.dialect] : []),
      ]),
    )
    .digest('hex');

const sources: PackKind = {
  name: 'sources',
  title: { zh: '数据来源', en: 'Sources' },
  format: 'yaml',
  schema: sourceFile,
  after: ['datasets'],
  check: async (file, index) => faultsOf(file, index),
  apply: (ctx, { name, pack, data }) => {
    const declared = data as SourceFile;
    return applySource(ctx, { name, pack, declared, digest: digestOf(declared) });
  },
  remove: (ctx, { name }) => withdrawSource(ctx, name),
};

export const ingestKinds: PackKind[] = [sources];
