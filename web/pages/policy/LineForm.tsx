/** One line of the draft. */
import { Button, Checkbox, Drawer, Form, Input, InputNumber, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { PolicyLine, PolicyTable } from '#gate/model';
import { useText } from '#web/client';
import { MaskChoice, ViewMark } from '#web/parts';
import { useWords } from './data.ts';
import { text } from './text.ts';

const views = ['plain', 'masked', 'generalised', 'hashed', 'counted', 'absent'] as const;
const grades = ['L1', 'L2', 'L3', 'L4'] as const;

/** What is typed so far: complete once `toLine` gives a line. */
interface Draft {
  id: string;
  roles: string[];
  grades: PolicyLine['grades'];
  types: string[];
  purposes: string[];
  own: boolean;
  view: PolicyLine['view'];
  mask: PolicyLine['mask'];
  least: PolicyLine['least'];
  zh: string;
  en: string;
  source: string;
}

const draftOf = (line: PolicyLine | undefined): Draft => ({
  id: line?.id ?? '',
  roles: line?.roles ?? [],
  grades: line?.grades ?? [],
  types: line?.types ?? [],
  purposes: line?.purposes ?? [],
  own: line?.own ?? false,
  view: line?.view ?? 'masked',
  mask: line?.mask,
  least: line?.least,
  zh: line?.because.zh ?? '',
  en: line?.because.en ?? '',
  source: line?.source ?? '',
});

const takesMask = (view: Draft['view']): view is 'masked' | 'generalised' =>
  view === 'masked' || view === 'generalised';

function toLine(draft: Draft): PolicyLine | undefined {
  const { id, roles, types, purposes, own, view, mask, zh, en, source } = draft;
  const isWhole = /^[a-z][a-z0-9-]*$/.test(id) && roles.length > 0 && draft.grades.length > 0;
  const takesLeast = view === 'counted';
  if (takesLeast && draft.least === undefined) return undefined;
  if (!isWhole || zh.trim() === '' || en.trim() === '') return undefined;
  return {
    id,
    roles,
    grades: draft.grades.toSorted(),
    ...(types.length === 0 ? {} : { types }),
    ...(purposes.length === 0 ? {} : { purposes }),
    ...(own ? { own: true as const } : {}),
    view,
    ...(mask !== undefined && takesMask(view) ? { mask } : {}),
    ...(takesLeast && draft.least !== undefined ? { least: draft.least } : {}),
    because: { zh: zh.trim(), en: en.trim() },
    ...(source.trim() === '' ? {} : { source: source.trim() }),
  };
}

interface Fields {
  table: PolicyTable;
  draft: Draft;
  set: (part: Partial<Draft>) => void;
}

function Who({ table, draft, set }: Fields): ReactNode {
  const t = useText(text);
  const words = useWords(table);
  const roles = ['*', ...table.roles.map(({ name }) => name), 'platform'];
  return (
    <>
      <Form.Item label={t('roles')} htmlFor="line-roles" required>
        <Select
          id="line-roles"
          mode="multiple"
          value={draft.roles}
          options={roles.map((value) => ({ value, label: words.role(value) }))}
          optionFilterProp="label"
          onChange={(next) => set({ roles: next })}
        />
      </Form.Item>
      <Form.Item label={t('grades')} htmlFor="line-grades" required>
        <Select
          id="line-grades"
          mode="multiple"
          value={draft.grades}
          options={grades.map((value) => ({ value, label: value }))}
          onChange={(next) => set({ grades: next })}
        />
      </Form.Item>
      <Form.Item label={t('types')} htmlFor="line-types">
        <Select
          id="line-types"
          mode="multiple"
          value={draft.types}
          options={table.meanings.map(({ name }) => ({ value: name, label: words.meaning(name) }))}
          optionFilterProp="label"
          onChange={(next) => set({ types: next })}
        />
      </Form.Item>
      <Form.Item label={t('purposes')} htmlFor="line-purposes">
        <Select
          id="line-purposes"
          mode="tags"
          value={draft.purposes}
          options={words.purposes.map((value) => ({ value, label: words.purpose(value) }))}
          onChange={(next) => set({ purposes: next })}
        />
      </Form.Item>
      <Form.Item>
        <Checkbox checked={draft.own} onChange={(event) => set({ own: event.target.checked })}>
          {t('own')}
        </Checkbox>
      </Form.Item>
    </>
  );
}

function How({ table, draft, set }: Fields): ReactNode {
  const t = useText(text);
  return (
    <>
      <Form.Item label={t('view')} htmlFor="line-view" required>
        <Select
          id="line-view"
          value={draft.view}
          options={views.map((value) => ({ value, label: <ViewMark view={value} /> }))}
          onChange={(next) => set({ view: next, mask: undefined })}
        />
      </Form.Item>
      {draft.view === 'counted' ? (
        <Form.Item label={t('least')} htmlFor="line-least" required>
          <InputNumber
            id="line-least"
            min={2}
            max={1000}
            precision={0}
            value={draft.least ?? null}
            onChange={(next) => set({ least: next ?? undefined })}
          />
        </Form.Item>
      ) : null}
      {takesMask(draft.view) ? (
        <Form.Item label={t('mask')} htmlFor="line-mask">
          <MaskChoice
            id="line-mask"
            placeholder={t('byMeaning')}
            masks={table.masks}
            view={draft.view}
            value={draft.mask}
            onChange={(mask) => set({ mask })}
          />
        </Form.Item>
      ) : null}
      {(['zh', 'en'] as const).map((lang) => (
        <Form.Item
          key={lang}
          label={t(lang === 'zh' ? 'becauseZh' : 'becauseEn')}
          htmlFor={`line-${lang}`}
          required
        >
          <Input
            id={`line-${lang}`}
            value={draft[lang]}
            onChange={(event) => set({ [lang]: event.target.value })}
          />
        </Form.Item>
      ))}
      <Form.Item label={t('source')} htmlFor="line-source">
        <Input
          id="line-source"
          value={draft.source}
          onChange={(event) => set({ source: event.target.value })}
        />
      </Form.Item>
    </>
  );
}

export function LineForm(props: {
  table: PolicyTable;
  line: PolicyLine | undefined;
  taken: readonly string[];
  onKeep: (line: PolicyLine) => void;
  onClose: () => void;
}): ReactNode {
  const t = useText(text);
  const [draft, setDraft] = useState(() => draftOf(props.line));
  const set = (part: Partial<Draft>): void => setDraft((old) => ({ ...old, ...part }));
  const line = toLine(draft);
  const isTaken = draft.id !== props.line?.id && props.taken.includes(draft.id);
  const fields = { table: props.table, draft, set };
  return (
    <Drawer
      open
      size={480}
      title={props.line === undefined ? t('add') : `${t('edit')} ${props.line.id}`}
      onClose={props.onClose}
      footer={
        <Button
          type="primary"
          disabled={line === undefined || isTaken}
          onClick={() => line && props.onKeep(line)}
        >
          {t('keep')}
        </Button>
      }
    >
      <Form layout="vertical">
        <Form.Item
          label={t('id')}
          htmlFor="line-id"
          required
          validateStatus={isTaken ? 'error' : ''}
        >
          <Input
            id="line-id"
            value={draft.id}
            placeholder="leaders-masked"
            onChange={(event) => set({ id: event.target.value })}
          />
        </Form.Item>
        <Who {...fields} />
        <How {...fields} />
      </Form>
    </Drawer>
  );
}
