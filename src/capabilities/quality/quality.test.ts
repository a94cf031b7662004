import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actor, applyFiles, type TestWorld, testWorld } from '#testing';
import { quality, scoringInForce } from './index.ts';

const scheme = (timeliness: number): string => `title: {zh: 办法, en: Scheme}
source: 测试
families:
  normativity: {title: {zh: 规范性, en: Normativity}, weight: 15}
  completeness: {title: {zh: 完整性, en: Completeness}, weight: 20}
  accuracy: {title: {zh: 准确性, en: Accuracy}, weight: 25}
  consistency: {title: {zh: 一致性, en: Consistency}, weight: 20}
  timeliness: {title: {zh: 时效性, en: Timeliness}, weight: ${timeliness}}
  accessibility: {title: {zh: 可访问性, en: Accessibility}, weight: 5}
`;

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ capabilities: [quality] });
});
afterAll(() => world.close());

describe('the scheme of scoring', () => {
  test('refuses who is not signed in, and who may not see quality', async () => {
    const answer = await world.app.inject({ method: 'GET', url: '/api/quality/scoring' });
    expect(answer.statusCode).toBe(401);
    const nobody = world.as(actor('grid_worker', '330109', []));
    await expect(scoringInForce(nobody)).rejects.toMatchObject({ code: 'auth.not_allowed' });
  });

  test('refuses weights that do not add up to 100, and a second scheme; nothing is written', async () => {
    const { ctx } = world;
    const wrong = applyFiles(ctx, [quality], { 'scoring/a.yaml': scheme(14) });
    await expect(wrong).rejects.toMatchObject({ faults: [{ code: 'quality.weights_sum' }] });
    const two = { 'scoring/a.yaml': scheme(15), 'scoring/b.yaml': scheme(15) };
    await expect(applyFiles(ctx, [quality], two)).rejects.toMatchObject({
      faults: [{ code: 'quality.scoring_twice' }],
    });
    const reader = world.as(actor('data_admin', '330109', ['quality.read']));
    await expect(scoringInForce(reader)).rejects.toMatchObject({ code: 'quality.no_scoring' });
  });

  test('is what the pack declares', async () => {
    await applyFiles(world.ctx, [quality], { 'scoring/a.yaml': scheme(15) });
    const reader = world.as(actor('data_admin', '330109', ['quality.read']));
    const found = await scoringInForce(reader);
    expect(found.families.map(({ family, weight }) => [family, weight])).toEqual([
      ['normativity', 15],
      ['completeness', 20],
      ['accuracy', 25],
      ['consistency', 20],
      ['timeliness', 15],
      ['accessibility', 5],
    ]);
  });
});
