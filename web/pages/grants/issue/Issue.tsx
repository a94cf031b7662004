/** Issuing a grant: what it opens is looked at before it opens anything. */
import { Button, Drawer, Form, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Grant, PolicyTable } from '#gate/model';
import { isoDay, serverNow, useText } from '#web/client';
import {
  AccountChoice,
  DatasetChoice,
  ErrorState,
  Loaded,
  Panel,
  PurposeChoice,
  usePolicyTable,
} from '#web/parts';
import { useIssue, usePreview } from './data.ts';
import { draftInput, emptyDraft, lacking, wholeInput } from './draft.ts';
import { type Fields, Items } from './Items.tsx';
import { Caps, RowsOf } from './Narrow.tsx';
import { Preview } from './Preview.tsx';
import { text } from './text.ts';

function ForWhom({ draft, set, table }: Fields & { table: PolicyTable }): ReactNode {
  const t = useText(text);
  return (
    <Panel title={t('forWhom')}>
      <div className="grants-inside grants-grid">
        <Form.Item label={t('grantee')} htmlFor="issue-grantee" required>
          <AccountChoice
            id="issue-grantee"
            value={draft.grantee}
            onChange={(grantee) => set({ grantee })}
          />
        </Form.Item>
        <Form.Item label={t('dataset')} htmlFor="issue-dataset" required>
          <DatasetChoice
            id="issue-dataset"
            placeholder={t('pickDataset')}
            value={draft.dataset}
            onChange={(dataset) => set({ dataset, items: {}, rows: [] })}
          />
        </Form.Item>
        <Form.Item label={t('purpose')} htmlFor="issue-purpose" extra={t('purposeHint')} required>
          <PurposeChoice
            id="issue-purpose"
            policies={table.policies}
            value={draft.purpose}
            onChange={(purpose) => set({ purpose })}
          />
        </Form.Item>
        <Form.Item label={t('until')} htmlFor="issue-until" required>
          <Input
            id="issue-until"
            type="date"
            min={isoDay(serverNow())}
            value={draft.until}
            onChange={({ target }) => set({ until: target.value })}
          />
        </Form.Item>
        <Form.Item
          label={t('approvedBy')}
          htmlFor="issue-approved"
          extra={t('approvedHint')}
          required
        >
          <Input
            id="issue-approved"
            maxLength={200}
            value={draft.approvedBy}
            onChange={({ target }) => set({ approvedBy: target.value })}
          />
        </Form.Item>
      </div>
    </Panel>
  );
}

/** The draft, its preview, and whether that preview is of what stands there now. */
function useWriting(dataset: string, onDone: (grant: Grant) => void) {
  const [draft, setDraft] = useState(() => emptyDraft(dataset));
  const preview = usePreview();
  const issue = useIssue(onDone);
  const set = (part: Partial<typeof draft>): void => setDraft((old) => ({ ...old, ...part }));
  const input = draftInput(draft);
  const whole = wholeInput(draft);
  const tried = preview.variables;
  const isTried =
    preview.data !== undefined && JSON.stringify(tried) === JSON.stringify(input ?? null);
  return { draft, set, input, whole, preview, issue, isTried };
}
type Writing = ReturnType<typeof useWriting>;

/** What is still missing, in words; nothing once it can be issued. */
function useLacking({ draft, whole, isTried, preview }: Writing): string {
  const t = useText(text);
  const words = (names: readonly (keyof typeof text)[]): string =>
    names.map((name) => t(name)).join(t('comma'));
  const missing = lacking(draft);
  if (missing.length > 0) return t('lacking', { what: words(missing) });
  if (whole === undefined) {
    const last = (['until', 'approvedBy'] as const).filter((name) => draft[name].trim() === '');
    return t('lackingLast', { what: words(last) });
  }
  return isTried || preview.data === undefined ? '' : t('again');
}

function Foot({ writing }: { writing: Writing }): ReactNode {
  const t = useText(text);
  const lacking = useLacking(writing);
  const { input, whole, preview, issue, isTried } = writing;
  return (
    <div className="grants-foot">
      <span className="faint">{lacking}</span>
      <span className="grants-acts">
        <Button
          type={isTried ? 'default' : 'primary'}
          disabled={input === undefined}
          loading={preview.isPending}
          onClick={() => input && preview.mutate(input)}
        >
          {t('preview')}
        </Button>
        <Button
          type={isTried ? 'primary' : 'default'}
          disabled={whole === undefined || !isTried}
          loading={issue.isPending}
          onClick={() => whole && issue.mutate(whole)}
        >
          {t('issue')}
        </Button>
      </span>
    </div>
  );
}

/** What was asked for stands below all that was typed: it comes into sight by itself. */
const intoView = (shown: HTMLElement | null): void => shown?.scrollIntoView({ block: 'start' });

function Body({ writing, table }: { writing: Writing; table: PolicyTable }): ReactNode {
  const { draft, set, preview, issue, isTried } = writing;
  const error = issue.error ?? preview.error;
  return (
    <Form layout="vertical" className="grants-detail">
      <ForWhom draft={draft} set={set} table={table} />
      <Items draft={draft} set={set} masks={table.masks} />
      <RowsOf draft={draft} set={set} />
      <Caps draft={draft} set={set} />
      {error ? <ErrorState error={error} /> : null}
      {preview.data && isTried ? (
        <div ref={intoView}>
          <Preview found={preview.data} input={preview.variables} />
        </div>
      ) : null}
    </Form>
  );
}

export function Issue(props: {
  dataset: string;
  onDone: (grant: Grant) => void;
  onClose: () => void;
}): ReactNode {
  const t = useText(text);
  const table = usePolicyTable();
  const writing = useWriting(props.dataset, props.onDone);
  return (
    <Drawer
      open
      size={880}
      // A half-written grant is not lost by a key or a click beside it.
      keyboard={false}
      mask={{ closable: false }}
      title={t('issue')}
      onClose={props.onClose}
      footer={<Foot writing={writing} />}
    >
      <p className="muted grants-lead">{t('lead')}</p>
      <Loaded query={table}>{(found) => <Body writing={writing} table={found} />}</Loaded>
    </Drawer>
  );
}
