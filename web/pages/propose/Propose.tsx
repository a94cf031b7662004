/** 建目录: a file becomes a dataset of the catalogue, read, corrected, saved, delivered. */
import { type ReactNode, useMemo, useState } from 'react';
import type { FileProposal, Proposal } from '#ingest/model';
import { useMe, useText } from '#web/client';
import { PageHeader } from '#web/parts';
import { Choose } from './Choose.tsx';
import { useCheck, usePropose } from './data.ts';
import { taken } from './draft.ts';
import { Finish } from './Finish.tsx';
import { Found } from './Found.tsx';
import { Items } from './Items.tsx';
import './propose.css';
import { Resource } from './Resource.tsx';
import { text } from './text.ts';

function Draft(props: { found: FileProposal; file: File; onAgain: () => void }): ReactNode {
  const { found, file } = props;
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
      <Found found={found} />
      <Resource draft={draft} correct={setDraft} />
      <Items
        found={found}
        draft={draft}
        faults={faults}
        correct={setDraft}
        left={left}
        onLeft={leave}
      />
      <Finish draft={whole} file={file} check={check} onAgain={props.onAgain} />
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
  const [round, setRound] = useState(0);
  const { propose, found, sent, error, cancel } = usePropose();
  const read = async (): Promise<void> => {
    if (file === undefined) return;
    await propose(file, owner ?? own);
    setRound((before) => before + 1);
  };
  return (
    <>
      <PageHeader title={t('title')} crumbs={[{ label: t('crumb'), to: '/ingest' }]}>
        {t('lead')}
      </PageHeader>
      <div className="pro-body">
        <Choose
          file={file}
          onFile={setFile}
          owner={owner ?? own}
          onOwner={setOwner}
          sent={sent}
          error={error}
          onRead={() => void read()}
          onCancel={cancel}
        />
        {found === undefined || file === undefined || sent !== undefined ? null : (
          <Draft
            key={round}
            found={found}
            file={file}
            onAgain={() => {
              setFile(undefined);
              setRound((before) => before + 1);
            }}
          />
        )}
      </div>
    </>
  );
}
