/** Whose account it is: one sees the document and enters its number, a second does the same. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import type { IdentityClaim } from '#organisation/model';
import { get, post, serverNow, shortTime, useMe, useText, useUnitWords } from '#web/client';
import { EmptyState, ErrorState, Loaded, Panel, PersonName, useProof } from '#web/parts';
import { bindPerson, confirmPerson, root, useRefresh } from './data.ts';
import { text } from './text.ts';

/** Fewest and most characters of the number of a document, as the server takes them. */
const number = { min: 6, max: 64 };

interface Given {
  identity: string;
}

/** The number is typed anew by each of the two, never shown and never kept by the browser. */
export function IdentityForm(props: {
  account: { id: string; name: string };
  first: boolean;
  onDone: () => void;
}): ReactNode {
  const t = useText(text);
  const refresh = useRefresh();
  const { proving, dialog } = useProof();
  const { account, first } = props;
  const send = useMutation({
    mutationFn: ({ identity }: Given) =>
      proving(() => (first ? bindPerson : confirmPerson)(account.id, identity.trim())),
    // A second number that differs ends what was said: the list no longer has it.
    onError: refresh,
    onSuccess: async () => {
      await refresh();
      props.onDone();
    },
  });
  const word = t(first ? 'identitySend' : 'identityConfirm');
  return (
    <Modal
      open
      title={t('identityOf', account)}
      okText={word}
      cancelText={t('cancel')}
      okButtonProps={{ htmlType: 'submit', form: 'bind-person', loading: send.isPending }}
      onCancel={props.onDone}
    >
      <Form<Given> id="bind-person" layout="vertical" onFinish={(given) => send.mutate(given)}>
        <p className="muted">{t(first ? 'identityFirst' : 'identitySecond')}</p>
        <Form.Item
          name="identity"
          label={t('identityNumber')}
          extra={t('identityKept')}
          rules={[{ required: true, whitespace: true, message: t('needed') }, number]}
        >
          <Input.Password autoComplete="off" autoFocus maxLength={number.max} />
        </Form.Item>
        {send.error ? <ErrorState error={send.error} /> : null}
      </Form>
      {dialog}
    </Modal>
  );
}

function Rejecting(props: { claim: IdentityClaim; mine: boolean }): ReactNode {
  const t = useText(text);
  const refresh = useRefresh();
  const [why, setWhy] = useState<string>();
  const path = `/api/organisation/accounts/${encodeURIComponent(props.claim.account)}`;
  const reject = useMutation({
    mutationFn: (reason: string) => post(`${path}/identity/reject`, { reason }),
    onSettled: refresh,
  });
  const word = t(props.mine ? 'identityTakeBack' : 'reject');
  return (
    <>
      {why === undefined ? null : (
        <Input
          size="small"
          aria-label={t('reason')}
          placeholder={t('reason')}
          value={why}
          maxLength={500}
          autoFocus
          onChange={({ target }) => setWhy(target.value)}
        />
      )}
      <Button
        size="small"
        loading={reject.isPending}
        disabled={why !== undefined && why.trim().length < 2}
        onClick={() => (why === undefined ? setWhy('') : reject.mutate(why))}
      >
        {word}
      </Button>
      {reject.error ? <ErrorState error={reject.error} /> : null}
    </>
  );
}

function One({ claim, onConfirm }: { claim: IdentityClaim; onConfirm: () => void }): ReactNode {
  const t = useText(text);
  const unit = useUnitWords();
  const mine = useMe().data?.actor?.id === claim.claimedBy;
  const time = shortTime(claim.claimedAt, new Date(serverNow()));
  return (
    <div className="accounts-change accounts-waiting">
      <span className="accounts-line">
        <b>
          <PersonName name={claim.name} />
        </b>
        <small className="faint">
          {claim.account} · {unit(claim.unitName)}
        </small>
      </span>
      <small className="muted">{t('identityBy', { who: claim.claimedBy, time })}</small>
      <span className="accounts-line">
        {claim.mayConfirm ? (
          <Button size="small" type="primary" onClick={onConfirm}>
            {t('confirm')}
          </Button>
        ) : null}
        {claim.mayConfirm || mine ? <Rejecting claim={claim} mine={mine} /> : null}
      </span>
    </div>
  );
}

/** Accounts whose person one has seen; the second confirms here. */
export function Identities(): ReactNode {
  const t = useText(text);
  const [confirming, setConfirming] = useState<IdentityClaim>();
  const query = useQuery({
    queryKey: [...root, 'claims'],
    queryFn: () => get<{ claims: IdentityClaim[] }>('/api/organisation/identity-claims'),
  });
  return (
    <Panel title={t('identities')} note={t('identitiesNote')}>
      <Loaded query={query}>
        {({ claims }) =>
          claims.length === 0 ? (
            <EmptyState title={t('noIdentities')}>{t('noIdentitiesBody')}</EmptyState>
          ) : (
            claims.map((claim) => (
              <One key={claim.account} claim={claim} onConfirm={() => setConfirming(claim)} />
            ))
          )
        }
      </Loaded>
      {confirming ? (
        <IdentityForm
          account={{ id: confirming.account, name: confirming.name }}
          first={false}
          onDone={() => setConfirming(undefined)}
        />
      ) : null}
    </Panel>
  );
}
