/** What differs between two versions of a case type, in the words of the type. */
import type { CaseType, TypeChange } from '../model.ts';

type Text = { zh: string; en: string };
interface Part {
  what: TypeChange['what'];
  title: Text;
  /** All that is declared of it and of nothing below it. */
  own: string;
}

/** A part without what stands in it, which is compared on its own. */
function ownOf(part: object, inner: readonly string[]): string {
  return JSON.stringify(Object.entries(part).filter(([key]) => !inner.includes(key)));
}

function partsOf(type: CaseType): Map<string, Part> {
  const parts = new Map<string, Part>();
  const add = (what: Part['what'], at: string, part: { title: Text }, inner: string[] = []) =>
    parts.set(`${what} ${at}`, { what, title: part.title, own: ownOf(part, inner) });
  const actions = (at: string, all: CaseType['always']) => {
    for (const [name, action] of Object.entries(all)) add('action', `${at}.${name}`, action);
  };
  for (const [name, field] of Object.entries(type.data)) add('field', name, field);
  actions('always', type.always);
  for (const [stepName, step] of Object.entries(type.steps)) {
    add('step', stepName, step, ['tasks', 'clocks', 'actions']);
    actions(stepName, step.actions);
    for (const [name, clock] of Object.entries(step.clocks)) {
      add('clock', `${stepName}.${name}`, clock);
    }
    for (const [taskName, task] of Object.entries(step.tasks)) {
      const at = `${stepName}.${taskName}`;
      add('task', at, task, ['actions', 'clocks']);
      actions(at, task.actions);
      for (const [name, clock] of Object.entries(task.clocks)) add('clock', `${at}.${name}`, clock);
    }
  }
  return parts;
}

/** Differences of `now` to `before`, in the order of `now`, what is gone at the end. */
export function changesBetween(before: CaseType, now: CaseType): TypeChange[] {
  const [old, fresh] = [partsOf(before), partsOf(now)];
  const changes: TypeChange[] = [];
  const say = (key: string, part: Part, how: TypeChange['how']): void => {
    changes.push({ what: part.what, how, at: key.slice(part.what.length + 1), title: part.title });
  };
  for (const [key, part] of fresh) {
    const was = old.get(key);
    if (!was) say(key, part, 'added');
    else if (was.own !== part.own) say(key, part, 'changed');
  }
  for (const [key, part] of old) if (!fresh.has(key)) say(key, part, 'removed');
  return changes;
}
