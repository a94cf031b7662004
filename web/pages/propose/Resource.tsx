/** The resource as a whole: name, title, whose, theme, cycle, sharing, opening. */
import { Input, Select } from 'antd';
import type { ReactNode } from 'react';
import type { Proposal, ProposedContract } from '#ingest/model';
import { useLocal, useText } from '#web/client';
import { Panel } from '#web/parts';
import { type Correct, withContract } from './draft.ts';
import { OwnerChoice } from './OwnerChoice.tsx';
import { text } from './text.ts';

const cycles = [
  'realtime',
  'daily',
  'weekly',
  'monthly',
  'quarterly',
  'half_year',
  'yearly',
  'irregular',
  'never',
] as const;
const openings = ['unconditional', 'conditional', 'none'] as const;

type Share = ProposedContract['share'];
type Open = ProposedContract['open'];

const shareOf = (type: Share['type'], why: string): Share => {
  if (type === 'unconditional') return { type, mode: ['api', 'query'] };
  return type === 'none' ? { type, clause: why } : { type, condition: why, mode: ['query'] };
};
const openOf = (type: Open['type'], why: string): Open => {
  if (type === 'unconditional') return { type };
  return type === 'none' ? { type, clause: why } : { type, condition: why };
};
const whyOf = (one: Share | Open): string => {
  if (one.type === 'unconditional') return '';
  return one.type === 'none' ? one.clause : one.condition;
};

/** How many columns a field takes: all, or two for a sentence. */
type Width = 'wide' | 'broad';

function Field(props: {
  label: string;
  width?: Width | undefined;
  children: ReactNode;
}): ReactNode {
  return (
    <div className={props.width ? `pro-field is-${props.width}` : 'pro-field'}>
      <span className="muted">{props.label}</span>
      {props.children}
    </div>
  );
}

function Line(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  width?: Width;
  code?: boolean;
}): ReactNode {
  return (
    <Field label={props.label} width={props.width}>
      <Input
        value={props.value}
        aria-label={props.label}
        maxLength={200}
        className={props.code ? 'pro-code' : ''}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </Field>
  );
}

function Sharing({ contract, correct }: { contract: ProposedContract; correct: Correct }) {
  const t = useText(text);
  const { share, open } = contract;
  return (
    <>
      <Field label={t('share')}>
        <Select
          value={share.type}
          aria-label={t('share')}
          options={openings.map((value) => ({ value, label: t(`share.${value}`) }))}
          onChange={(type) => correct(withContract({ share: shareOf(type, whyOf(share)) }))}
        />
      </Field>
      {share.type === 'unconditional' ? null : (
        <Line
          label={t(share.type === 'none' ? 'clause' : 'condition')}
          value={whyOf(share)}
          onChange={(why) => correct(withContract({ share: shareOf(share.type, why) }))}
        />
      )}
      <Field label={t('open')}>
        <Select
          value={open.type}
          aria-label={t('open')}
          options={openings.map((value) => ({ value, label: t(`open.${value}`) }))}
          onChange={(type) => correct(withContract({ open: openOf(type, whyOf(open)) }))}
        />
      </Field>
      {open.type === 'unconditional' ? null : (
        <Line
          width="broad"
          label={t('openWhy')}
          value={whyOf(open)}
          onChange={(why) => correct(withContract({ open: openOf(open.type, why) }))}
        />
      )}
    </>
  );
}

function Delivering({ contract, correct }: { contract: ProposedContract; correct: Correct }) {
  const t = useText(text);
  const local = useLocal();
  const modes = contract.key === undefined ? (['full', 'append'] as const) : (['merge'] as const);
  const items = contract.items.map(({ name, title }) => ({ value: name, label: local(title) }));
  return (
    <>
      <Field label={t('cycle')}>
        <Select
          value={contract.cycle}
          aria-label={t('cycle')}
          options={cycles.map((value) => ({ value, label: t(`cycle.${value}`) }))}
          onChange={(cycle) => correct(withContract({ cycle }))}
        />
      </Field>
      <Field label={t('mode')}>
        <Select
          value={contract.mode}
          aria-label={t('mode')}
          options={modes.map((value) => ({ value, label: t(`mode.${value}`) }))}
          onChange={(mode) => correct(withContract({ mode }))}
        />
      </Field>
      <Field label={t('unitItem')}>
        <Select
          value={contract.unit_item ?? ''}
          aria-label={t('unitItem')}
          options={[{ value: '', label: t('none') }, ...items]}
          onChange={(item) =>
            correct((draft) => {
              const { unit_item: _, ...rest } = draft.contract;
              return { ...draft, contract: item === '' ? rest : { ...rest, unit_item: item } };
            })
          }
        />
      </Field>
    </>
  );
}

export function Resource({ draft, correct }: { draft: Proposal; correct: Correct }): ReactNode {
  const t = useText(text);
  const { contract } = draft;
  const { title, description } = contract;
  const put = (part: Partial<ProposedContract>) => correct(withContract(part));
  return (
    <Panel title={t('resource')}>
      <div className="pro-resource">
        <Line
          label={t('titleZh')}
          value={title.zh}
          onChange={(zh) => put({ title: { ...title, zh } })}
        />
        <Line
          label={t('titleEn')}
          value={title.en}
          onChange={(en) => put({ title: { ...title, en } })}
        />
        <Line
          label={t('name')}
          value={draft.name}
          code
          onChange={(name) => correct((one) => ({ ...one, name }))}
        />
        <OwnerChoice value={contract.owner} onChange={(owner) => put({ owner })} />
        <Line label={t('theme')} value={contract.theme} onChange={(theme) => put({ theme })} />
        <Delivering contract={contract} correct={correct} />
        <Sharing contract={contract} correct={correct} />
        <Line
          label={t('description')}
          value={description.zh}
          width="wide"
          onChange={(zh) => put({ description: { ...description, zh } })}
        />
      </div>
    </Panel>
  );
}
