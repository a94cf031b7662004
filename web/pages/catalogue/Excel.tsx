/** The catalogue as a workbook: out, and in by a try that names every faulty cell. */
import { IconDownload, IconFileSpreadsheet, IconUpload } from '@tabler/icons-react';
import { Button, Upload } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { ImportResult } from '#catalogue/model';
import { useLocal, useMay, useText } from '#web/client';
import { type Column, DataTable, ErrorState, PageHeader, Panel, StateMark } from '#web/parts';
import { Changed } from './Changed.tsx';
import './catalogue.css';
import { useImport } from './data.ts';
import { Tools } from './Tools.tsx';
import { text } from './text.ts';

type Fault = ImportResult['faults'][number];

function Faults({ faults }: { faults: readonly Fault[] }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const columns: Column<Fault>[] = [
    { key: 'cell', title: t('excel.cell'), width: 160, render: (row) => <code>{row.cell}</code> },
    { key: 'fault', title: t('excel.fault'), render: (row) => local(row.message) },
  ];
  return (
    <DataTable
      label={t('excel.faults', { n: faults.length })}
      columns={columns}
      rows={faults}
      rowKey={(row) => `${row.cell} ${row.code} ${row.message.zh}`}
    />
  );
}

function Changes({ changes }: { changes: ImportResult['changes'] }): ReactNode {
  const t = useText(text);
  return (
    <ol className="cat-history">
      {changes.map((one) => (
        <li key={one.name}>
          <div>
            <b>{one.title}</b>
            <small className="faint">{one.name}</small>
            <span className="chip">{t(`change.${one.change}`)}</span>
          </div>
          <Changed changes={one.changes} />
        </li>
      ))}
    </ol>
  );
}

function Tried(props: { result: ImportResult; busy: boolean; onApply: () => void }): ReactNode {
  const t = useText(text);
  const { faults, changes, applied } = props.result;
  if (faults.length > 0) {
    return (
      <>
        <p className="cat-pad">
          <StateMark state="bad" word={t('excel.faults', { n: faults.length })} />
        </p>
        <Faults faults={faults} />
      </>
    );
  }
  if (changes.length === 0) {
    return (
      <p className="cat-pad">
        <StateMark state="ok" word={t('excel.same')} />
      </p>
    );
  }
  return (
    <>
      <div className="cat-pad cat-bar">
        {applied.length > 0 ? (
          <>
            <StateMark state="ok" word={t('excel.done')} />
            <Link to="/catalogue-history">{t('toolHistory')}</Link>
          </>
        ) : (
          <>
            <StateMark state="warn" word={t('excel.sum', { n: changes.length })} />
            <Button type="primary" loading={props.busy} onClick={props.onApply}>
              {t('excel.apply')}
            </Button>
          </>
        )}
      </div>
      <Changes changes={changes} />
    </>
  );
}

function In(): ReactNode {
  const t = useText(text);
  const take = useImport();
  const [file, setFile] = useState<File>();
  const look = (chosen: File): void => {
    setFile(chosen);
    take.mutate({ file: chosen, apply: false });
  };
  return (
    <Panel title={t('excel.in')} note={t('excel.inBody')}>
      <div className="cat-pad">
        <Upload.Dragger
          accept=".xlsx"
          showUploadList={false}
          beforeUpload={(chosen) => {
            look(chosen);
            return false;
          }}
        >
          <p className="cat-drop">
            <IconUpload size={22} aria-hidden /> {t('excel.choose')}
          </p>
          <p className="faint">{file?.name ?? t('excel.drop')}</p>
        </Upload.Dragger>
      </div>
      {take.isPending ? (
        <p className="cat-pad">
          <StateMark state="run" word={t('excel.trying')} />
        </p>
      ) : null}
      {take.error ? <ErrorState error={take.error} /> : null}
      {take.data === undefined || file === undefined ? null : (
        <Tried
          result={take.data}
          busy={take.isPending}
          onApply={() => take.mutate({ file, apply: true })}
        />
      )}
    </Panel>
  );
}

export default function Excel(): ReactNode {
  const t = useText(text);
  const may = useMay();
  return (
    <>
      <PageHeader title={t('excel.title')} actions={<Tools here="excel" />}>
        {t('excel.lead')}
      </PageHeader>
      <div className="cat-page">
        <Panel title={t('excel.out')} note={t('excel.outBody')}>
          <div className="cat-pad cat-bar">
            <Button
              type="primary"
              href="/api/catalogue/excel"
              icon={<IconFileSpreadsheet size={16} aria-hidden />}
            >
              {t('excel.download')}
            </Button>
            <Button href="/catalog.jsonld" icon={<IconDownload size={16} aria-hidden />}>
              {t('excel.dcat')}
            </Button>
          </div>
        </Panel>
        {may('packs.apply') ? (
          <In />
        ) : (
          <Panel title={t('excel.in')}>
            <p className="cat-pad faint">{t('excel.notYou')}</p>
          </Panel>
        )}
      </div>
    </>
  );
}
