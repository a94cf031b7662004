/** What a run tells: above the tolerance a signal, once it passes again the signal is over. */
import type { Contract } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { Bilingual } from '#kernel/errors';
import { clear, raise } from '#signals';
import type { ScoringFile } from '../model.ts';
import type { NewRun } from '../store.ts';
import type { Check } from './checks.ts';

export const sourceOf = (dataset: string, check: string): string => `quality/${dataset}.${check}`;

const subjectOf = (dataset: string) => ({ kind: 'dataset', id: dataset });

function foundWords({ of, faulty, measure }: NewRun): Bilingual {
  if (of !== null)
    return { zh: `${of} 行中有 ${faulty} 行不符`, en: `${faulty} of ${of} rows fail` };
  const { basis, value } = measure ?? { basis: { zh: '', en: '' }, value: null };
  const shown = value === null ? '-' : String(Math.round(value * 1000) / 1000);
  return { zh: `实际为 ${shown}，${basis.zh}`, en: `${shown} was measured; ${basis.en}` };
}

/** Cases are filled from the Chinese words; who reads English finds his beside them. */
const saidTwice = (name: string, { zh, en }: Bilingual): Record<string, string> => ({
  [name]: zh,
  [`${name}_en`]: en,
});

/** The facts in words and numbers; never a value of a row: evidence travels past the gate. */
const evidenceOf = (check: Check, run: NewRun): Record<string, unknown> => ({
  dataset: run.dataset,
  check: check.name,
  ...saidTwice('rule', check.title),
  item: check.item,
  ...saidTwice('found', foundWords(run)),
  ...saidTwice('expected', check.expected),
  rows: run.faulty,
  of: run.of,
  tolerance: check.declared.tolerance,
  snapshot: run.snapshot,
});

/** Raises or clears the signal of a check after a run. Idempotent. */
export async function tell(
  ctx: Ctx,
  {
    contract,
    check,
    run,
    told,
  }: {
    contract: Contract;
    check: Check;
    run: NewRun;
    told: ScoringFile['signals'];
  },
): Promise<void> {
  const thing = { source: sourceOf(run.dataset, check.name), subject: subjectOf(run.dataset) };
  // A signal is read by more than know of a sealed dataset; those who do see its checks.
  if (contract.sealed_for !== null) return void (await clear(ctx, thing));
  if (run.state === 'passed') await clear(ctx, thing, evidenceOf(check, run));
  if (run.state !== 'failed' || !check.declared.raises) return;
  const found = foundWords(run);
  await raise(ctx, {
    ...thing,
    version: check.digest.slice(0, 12),
    severity: check.declared.severity ?? told.severity,
    title: {
      zh: `${contract.title.zh}：${check.title.zh}，${found.zh}`,
      en: `${contract.title.en}: ${check.title.en}, ${found.en}`,
    },
    evidence: evidenceOf(check, run),
    unit: contract.owner,
    owner: contract.owner,
    group: `quality/${run.dataset}`,
    ...(told.opens === undefined ? {} : { opens: told.opens }),
    confirm: told.confirm === 'auto',
  });
}

/** A check that is no more has nothing to say. */
export const withdraw = (ctx: Ctx, dataset: string, check: string): Promise<unknown> =>
  clear(ctx, { source: sourceOf(dataset, check), subject: subjectOf(dataset) });
