/** What becomes of an objection, as the person who raised it follows it; appeal and taking back. */
import { type CaseDetail, canTell, caseDetail, tell } from '#cases';
import { type Contract, listDatasets } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { notify } from '#notices';
import { identityOf } from '#organisation';
import { qualityErrors } from '../../errors.ts';
import { newAppeal, type OwnObjection } from '../../model.ts';
import type { ChallengeRow } from '../../store/corrections.ts';
import * as store from '../../store.ts';
import { inOwnName } from '../ask.ts';
import { checkWords, ownScheme } from './own.ts';

/** Objections a person looks back on. */
const mostShown = 100;

/** Actions of the case type that are an answer to the person. */
const answering: ReadonlySet<string | null> = new Set(['refuse', 'uphold', 'reject']);

const answersOf = ({ timeline }: CaseDetail): OwnObjection['answers'] =>
  timeline.flatMap(({ at, unitName, text, reason, action }) =>
    reason !== null && answering.has(action) ? [{ at, unitName, title: text, reason }] : [],
  );

type Titles = ReadonlyMap<string, Contract>;

const titlesOf = async (ctx: Ctx): Promise<Titles> =>
  new Map((await listDatasets(ctx)).map((contract) => [contract.name, contract]));

function titles(known: Titles, { dataset, item }: Pick<ChallengeRow, 'dataset' | 'item'>) {
  const contract = known.get(dataset);
  const itemTitle = contract?.items.find(({ name }) => name === item)?.title;
  const asNamed = (name: string) => ({ zh: name, en: name });
  return {
    datasetTitle: contract?.title ?? asNamed(dataset),
    itemTitle: itemTitle ?? asNamed(item),
  };
}

async function followed(
  ctx: Ctx,
  row: ChallengeRow & { case_number: string },
  known: Titles,
): Promise<OwnObjection> {
  const number = row.case_number;
  const platform = inOwnName(ctx);
  const detail = await caseDetail(platform, number);
  const isOpen = detail.closedAt === null;
  return {
    number,
    dataset: row.dataset,
    item: row.item,
    ...titles(known, row),
    expected: row.expected,
    reason: row.reason,
    step: detail.stepTitle,
    outcome: detail.outcome,
    ownerName: detail.slots.owner?.name ?? detail.unitName,
    withName: detail.with[0] ?? null,
    openedAt: row.at.toISOString(),
    dueAt: isOpen ? (detail.clock?.dueAt ?? null) : null,
    overdue: isOpen && detail.clock?.expired === true,
    answers: answersOf(detail),
    canAppeal: isOpen && (await canTell(platform, number, 'appeal')),
    canWithdraw: isOpen && (await isAlone(ctx, number)),
  };
}

/** Of two who object to one value neither takes back what the other said. */
const isAlone = async (ctx: Ctx, number: string): Promise<boolean> =>
  (await store.challengesOf(ctx, number)).every(({ account }) => account === ctx.actor.id);

const hasCase = (row: ChallengeRow): row is ChallengeRow & { case_number: string } =>
  row.case_number !== null;

/** Objections of this person, newest first. @throws auth.not_signed_in */
export async function myObjections(ctx: Ctx): Promise<OwnObjection[]> {
  await identityOf(ctx);
  const known = await titlesOf(ctx);
  const rows = await store.ownOf(ctx, ctx.actor.id, mostShown);
  return Promise.all(rows.filter(hasCase).map((row) => followed(ctx, row, known)));
}

async function doIt(
  ctx: Ctx,
  number: string,
  told: { action: string; facts: Record<string, unknown> },
): Promise<void> {
  await tx(ctx, async (inner) => {
    if (!(await tell(inOwnName(inner), { case: number, ...told }))) {
      throw qualityErrors.make('own_not_now', { case: number });
    }
    const action = `quality.own_${told.action}`;
    await inner.audit.record(inner, { action, subject: `case/${number}` });
  });
}

/** @throws auth.not_signed_in, quality.own_objection */
async function requireHis(ctx: Ctx, number: string): Promise<void> {
  await identityOf(ctx);
  const said = await store.challengesOf(ctx, number);
  if (said.some(({ own, account }) => own && account === ctx.actor.id)) return;
  throw qualityErrors.make('own_objection', { case: number });
}

/**
 * Says that the answer is not accepted: one level up looks at it.
 * @throws auth.not_signed_in, quality.own_objection, own_text, own_not_now
 */
export async function appeal(ctx: Ctx, number: string, given: { reason: string }): Promise<void> {
  const { reason } = newAppeal.parse(given);
  await requireHis(ctx, number);
  checkWords({ reason });
  await doIt(ctx, number, { action: 'appeal', facts: { appeal: reason } });
}

/** Takes an objection back. @throws auth.not_signed_in, quality.own_objection, own_not_now */
export async function takeBack(ctx: Ctx, number: string): Promise<void> {
  await requireHis(ctx, number);
  if (!(await isAlone(ctx, number))) throw qualityErrors.make('own_not_now', { case: number });
  await doIt(ctx, number, { action: 'withdrawn', facts: {} });
}

/** A case moved: whoever objected to his own record by it hears of it. */
export async function tellPerson(ctx: Ctx, number: string): Promise<void> {
  const said = (await store.challengesOf(ctx, number)).filter(({ own }) => own);
  const [first] = said;
  const scheme = first && (await ownScheme(ctx));
  if (!first || !scheme) return;
  const { stepTitle } = await caseDetail(inOwnName(ctx), number);
  const { datasetTitle, itemTitle } = titles(await titlesOf(ctx), first);
  for (const account of new Set(said.map((one) => one.account))) {
    await notify(ctx, {
      to: { account },
      template: scheme.tells,
      params: {
        number,
        step: stepTitle.zh,
        stepEn: stepTitle.en,
        dataset: datasetTitle.zh,
        datasetEn: datasetTitle.en,
        item: itemTitle.zh,
        itemEn: itemTitle.en,
      },
      link: '/my-data',
    });
  }
}
