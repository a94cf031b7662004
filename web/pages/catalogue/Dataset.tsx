/**
 * One resource: what it is, how fresh, what this reader sees, where it comes from, what changed.
 */
import { IconCloudUpload, IconPencilQuestion } from '@tabler/icons-react';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import {
  shortTime,
  useAge,
  useListed,
  useLive,
  useLocal,
  useMay,
  useText,
  useThemeWords,
  useUnitWords,
} from '#web/client';
import {
  ExportMenu,
  Facts,
  figure,
  GradeChip,
  Loaded,
  PageHeader,
  Panel,
  StateMark,
} from '#web/parts';
import { useAsOf } from './AsOf.tsx';
import { Version } from './Changed.tsx';
import './catalogue.css';
import {
  downloadHref,
  type Resource,
  useDeliveriesOf,
  useRefresh,
  useResource,
  useVersions,
} from './data.ts';
import { Elements } from './Elements.tsx';
import { Items } from './Items.tsx';
import { LineageStrip } from './Lineage.tsx';
import { Fresh } from './List.tsx';
import { Preview } from './Preview.tsx';
import { Quality } from './Quality.tsx';
import { text } from './text.ts';
import { Versions } from './Versions.tsx';

function Headline({ resource }: { resource: Resource }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const { contract, summary, lineage, due } = resource;
  const versions = useVersions(contract.name).data?.versions;
  const age = useAge(summary.asOf);
  const latest = versions?.[0];
  const delta =
    latest === undefined
      ? summary.version === null
        ? t(contract.derived ? 'notMade' : 'noData')
        : t('versionOf', { n: summary.version })
      : t('delta', {
          n: latest.version,
          added: latest.added,
          changed: latest.changed,
          removed: latest.removed,
        });
  const uses = lineage.downstream.length;
  return (
    <dl className="cat-standing">
      <div>
        <dt>{t('owner')}</dt>
        <dd>
          <b>{unit(summary.ownerName)}</b>
          <small>
            {contract.source?.system ?? t('sourceSql')} · {t('oneSource')}
          </small>
        </dd>
      </div>
      <div>
        <dt>{t('rows')}</dt>
        <dd>
          <b>{figure(summary.rows)}</b>
          <small>{delta}</small>
        </dd>
      </div>
      <div>
        <dt>{t('updated')}</dt>
        <dd>
          <b>
            {summary.asOf === null ? '-' : age} <Fresh line={summary} />
          </b>
          <small>
            {t('promised', { cycle: t(`cycle.${contract.cycle}`) })}
            {due === null ? '' : ` · ${t('due', { day: due })}`}
          </small>
          {summary.confirmed === null ? null : (
            <small>{t('confirmed', { at: shortTime(summary.confirmed) })}</small>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('quality')}</dt>
        <Quality name={contract.name} />
      </div>
      <div>
        <dt>{t('usedBy')}</dt>
        <dd>
          <b>{uses === 0 ? '-' : t('usedCount', { n: uses })}</b>
          <small>{uses === 0 ? t('usedNone') : t('usedWhat')}</small>
        </dd>
      </div>
    </dl>
  );
}

/** How long the past of the data stays readable, and why. */
function Keeping({ resource: { contract, keeping } }: { resource: Resource }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const hold = contract.retention?.hold;
  if (keeping.isHeld && hold !== undefined) {
    const words = hold.until === undefined ? t('held') : t('heldUntil', { day: hold.until });
    return (
      <span className="cat-reason">
        {words}
        <small className="muted">{local(hold.because)}</small>
      </span>
    );
  }
  const parts = [
    t('keepingDays', { n: keeping.days }),
    t('keepingSnapshots', { n: keeping.snapshots }),
    ...(keeping.monthEnds > 0 ? [t('keepingMonths', { n: keeping.monthEnds })] : []),
  ];
  return (
    <span className="cat-reason">
      {parts.join(t('comma'))}
      <small className="muted">
        {t(contract.retention === null ? 'keepingDefault' : 'keepingOwn')}
      </small>
    </span>
  );
}

/** Of a derived resource: which way it follows its sources, and why not when it does not. */
function Refresh({ resource: { contract, lineage } }: { resource: Resource }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const plan = useRefresh(contract.name, true).data;
  if (plan === undefined) return null;
  const titles = new Map(lineage.upstream.map(({ name, title }) => [name, local(title)]));
  const titled = (name: string): string => titles.get(name) ?? name;
  const how = plan.incremental ? t(plan.shape === 'groups' ? 'byGroups' : 'byRows') : t('byWhole');
  const note =
    plan.why !== null
      ? local(plan.why)
      : plan.pinned.length > 0
        ? t('pinned', { what: plan.pinned.map(titled).join(t('list')) })
        : null;
  return (
    <span className="cat-reason">
      {how}
      {note === null ? null : <small className="muted">{note}</small>}
      {plan.last === null ? null : (
        <small className="muted">
          {t(plan.last === 'followed' ? 'lastFollowed' : 'lastRemade')}
        </small>
      )}
    </span>
  );
}

function ContractPanel({ resource }: { resource: Resource }): ReactNode {
  const { contract } = resource;
  const t = useText(text);
  const local = useLocal();
  const { share, open } = contract;
  const why = (one: { type: string; clause?: string; condition?: string }): string | undefined =>
    one.clause ?? one.condition;
  const withReason = (word: string, reason: string | undefined): ReactNode => (
    <span className="cat-reason">
      {word}
      {reason === undefined ? null : <small className="muted">{reason}</small>}
    </span>
  );
  const checks = contract.checks.map((check) => (
    <span key={check.name}>{local(check.expected)}</span>
  ));
  return (
    <Panel title={t('contract')} note={t('contractOf', { n: contract.version })}>
      <div className="cat-pad">
        <Facts
          rows={[
            [t('share'), withReason(t(`share.${share.type}`), why(share))],
            [t('opening'), withReason(t(`open.${open.type}`), why(open))],
            [t('cycle'), t(`cycle.${contract.cycle}`)],
            ...(contract.derived
              ? [[t('refresh'), <Refresh key="r" resource={resource} />] as const]
              : []),
            [t('keeping'), <Keeping key="k" resource={resource} />],
            ...(checks.length === 0
              ? []
              : [
                  [
                    t('checks'),
                    <span key="c" className="cat-reason">
                      {checks}
                    </span>,
                  ] as const,
                ]),
          ]}
        />
      </div>
    </Panel>
  );
}

function ContractHistory({ resource: { history } }: { resource: Resource }): ReactNode {
  const t = useText(text);
  return (
    <Panel title={t('contractHistory')}>
      <ol className="cat-history">
        {history.slice(0, 5).map((one) => (
          <Version key={one.version} one={one}>
            <b>{t('versionOf', { n: one.version })}</b>
          </Version>
        ))}
      </ol>
    </Panel>
  );
}

function Deliveries({ name }: { name: string }): ReactNode {
  const t = useText(text);
  const listed = useListed();
  const found = useDeliveriesOf(name).data?.deliveries ?? [];
  if (found.length === 0) return null;
  return (
    <Panel title={t('deliveries')}>
      <ul className="cat-deliveries">
        {found.map((one) => (
          <li key={one.batch}>
            <Link to={`/ingest?batch=${one.batch}`}>{listed(one.files.map((f) => f.name))}</Link>
            <StateMark
              state={one.state === 'refused' ? 'bad' : one.returned > 0 ? 'warn' : 'ok'}
              word={
                one.returned > 0
                  ? t('returnedN', { n: figure(one.returned) })
                  : t('acceptedN', { n: figure(one.accepted) })
              }
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** What the reader sees, as a file; as it stood, where an earlier state is looked at. */
function Download({ name }: { name: string }): ReactNode {
  const t = useText(text);
  const [asOf] = useAsOf();
  return <ExportMenu label={t('download')} hrefOf={(format) => downloadHref(name, format, asOf)} />;
}

function Page({ resource }: { resource: Resource }): ReactNode {
  const theme = useThemeWords();
  const t = useText(text);
  const local = useLocal();
  const may = useMay();
  const { contract, summary } = resource;
  const actions = (
    <>
      {may('gate.read') && summary.rows !== null ? <Download name={contract.name} /> : null}
      {may('gate.read') && !contract.derived ? (
        <Link to={`/challenge?dataset=${contract.name}`}>
          <Button icon={<IconPencilQuestion size={16} aria-hidden />}>{t('challenge')}</Button>
        </Link>
      ) : null}
      {may('ingest.deliver') && !contract.derived ? (
        <Link to={`/ingest?dataset=${contract.name}`}>
          <Button type="primary" icon={<IconCloudUpload size={16} aria-hidden />}>
            {t('deliver')}
          </Button>
        </Link>
      ) : null}
    </>
  );
  return (
    <>
      <PageHeader
        title={local(contract.title)}
        crumbs={[
          { label: t('title'), to: '/catalogue' },
          {
            label: theme(contract.theme),
            to: `/catalogue?theme=${encodeURIComponent(contract.theme)}`,
          },
          { label: local(contract.title) },
        ]}
        marks={
          <>
            <GradeChip grade={summary.grade} />
            <span className="chip">{t(`share.${contract.share.type}`)}</span>
            <span className="chip">{t(`layer.${contract.layer}`)}</span>
            {contract.derived ? <span className="chip">{t('derived')}</span> : null}
            <Fresh line={summary} soft />
          </>
        }
        actions={actions}
      >
        {local(contract.description)}
      </PageHeader>
      <Headline resource={resource} />
      <div className="cat-body">
        <LineageStrip resource={resource} />
        <Items resource={resource} />
        <div className="cat-side">
          <Versions name={contract.name} items={contract.items} derived={contract.derived} />
          <ContractPanel resource={resource} />
          <Deliveries name={contract.name} />
          <ContractHistory resource={resource} />
        </div>
        <Preview resource={resource} />
        <Elements resource={resource} />
      </div>
    </>
  );
}

export default function Dataset(): ReactNode {
  const { dataset = '' } = useParams();
  const query = useResource(dataset);
  useLive('dataset', ['catalogue']);
  return <Loaded query={query}>{(resource) => <Page resource={resource} />}</Loaded>;
}
