/** 建目录: a file becomes a dataset of the catalogue, read, corrected, saved, delivered. */
import { type ReactNode, useMemo, useState } from 'react';
import type { DialectInput, Proposal } from '#ingest/model';
import { useMe, useText } from '#web/client';
import { PageHeader } from '#web/parts';
import { Choose } from './Choose.tsx';
import { type Come, useCheck, usePropose } from './data.ts';
import { taken } from './draft.ts';
import { Finish } from './Finish.tsx';
import { Found } from './Found.tsx';
import { Items } from './Items.tsx';
import './propose.css';
import { Resource } from './Resource.tsx';
import { text } from './text.ts';

function Draft(props: {
  come: Come;
  file: File;
  busy: boolean;
  error: unknown;
  onSaid: (dialect: DialectInput) => void;
  onAgain: () => void;
}): ReactNode {
  const { come, file } = props;
  const { found } = come;
  const [draft, setDraft] = useState<Proposal>(found.proposal);
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const headers = useMemo(
    () => found.columns.flatMap(({ item, header }) => (item === null ? [] : [header])),
    [found],
  );
  const whole = useMemo(() => taken(draft, left, headers), [draft, left, headers]);
  const check = useCheck(whole);
  const leave = (at: number, isLeft: boolean): void =>
    setLeft((before) => {
      const next = new Set(before);
      if (isLeft) next.add(at);
      else next.delete(at);
      return next;
    });
  const faults = check.data?.faults ?? [];
  return (
    <>
      <Found come={come} busy={props.busy} error={props.error} onSaid={props.onSaid} />
      <Resource draft={draft} correct={setDraft} />
      <Items
        found={found}
        draft={draft}
        faults={faults}
        correct={setDraft}
        left={left}
        onLeft={leave}
      />
      <Finish draft={whole} come={come} file={file} check={check} onAgain={props.onAgain} />
    </>
  );
}

/** The unit one delivers for, until another is chosen. */
const useOwnUnit = (): string => {
  const roles = useMe().data?.actor?.roles ?? [];
  return (roles.find(({ role }) => role === 'source_officer') ?? roles[0])?.unit ?? '';
};

export default function Propose(): ReactNode {
  const t = useText(text);
  const own = useOwnUnit();
  const [file, setFile] = useState<File>();
  const [owner, setOwner] = useState<string>();
  const { propose, again, come, sent, error, cancel } = usePropose();
  const [drafted, setDrafted] = useState<File>();
  const read = (): void => {
    if (file === undefined) return;
    setDrafted(file);
    void propose(file, owner ?? own);
  };
  const shown = come !== undefined && drafted !== undefined ? { come, file: drafted } : undefined;
  return (
    <>
      <PageHeader
        title={t('title')}
        crumbs={[{ label: t('crumb'), to: '/ingest' }, { label: t('title') }]}
      >
        {t('lead')}
      </PageHeader>
      <div className="pro-body">
        <Choose
          file={file}
          onFile={setFile}
          owner={owner ?? own}
          onOwner={setOwner}
          sent={sent}
          error={shown === undefined ? error : undefined}
          onRead={read}
          onCancel={cancel}
        />
        {shown === undefined ? null : (
          <Draft
            // Read otherwise, it is another table with another proposal.
            key={`${shown.come.upload} ${JSON.stringify(shown.come.dialect)}`}
            {...shown}
            busy={sent !== undefined}
            error={error}
            onSaid={(dialect) => void again(shown.come.upload, owner ?? own, dialect)}
            onAgain={() => {
              setFile(undefined);
              setDrafted(undefined);
            }}
          />
        )}
      </div>
    </>
  );
}
