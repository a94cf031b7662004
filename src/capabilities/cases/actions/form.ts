/** Checks what was filled into a form; all faults at once. */
import type { Fault } from '#kernel/errors';
import { casesErrors } from '../errors.ts';
import type { FormField } from '../model.ts';

const words: Record<FormField['type'], { zh: string; en: string }> = {
  text: { zh: '文字', en: 'text' },
  integer: { zh: '整数', en: 'a whole number' },
  decimal: { zh: '数字', en: 'a number' },
  boolean: { zh: '是或否', en: 'yes or no' },
  date: { zh: '日期', en: 'a date' },
  timestamp: { zh: '时间', en: 'a time' },
  choice: { zh: '选项之一', en: 'one of the choices' },
  unit: { zh: '单位编码', en: 'the code of a unit' },
};

const within = (size: number, field: FormField): boolean =>
  size >= (field.min ?? Number.NEGATIVE_INFINITY) &&
  size <= (field.max ?? Number.POSITIVE_INFINITY);

const dateLike = /^\d{4}-\d{2}-\d{2}$/;

const fits: Record<FormField['type'], (value: unknown, field: FormField) => boolean> = {
  text: (value, field) => typeof value === 'string' && within(value.length, field),
  integer: (value, field) => Number.isSafeInteger(value) && within(Number(value), field),
  decimal: (value, field) => Number.isFinite(value) && within(Number(value), field),
  boolean: (value) => typeof value === 'boolean',
  date: (value) =>
    typeof value === 'string' && dateLike.test(value) && !Number.isNaN(Date.parse(value)),
  timestamp: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  choice: (value, field) => typeof value === 'string' && value in (field.choices ?? {}),
  unit: (value) => typeof value === 'string' && /^\d{6}[\w-]*$/.test(value),
};

const absent = (value: unknown): boolean => value === undefined || value === null || value === '';

function faultOf(name: string, field: FormField, value: unknown): Fault | undefined {
  if (absent(value)) {
    if (!field.required) return undefined;
    const { zh, en } = field.title;
    const fault = casesErrors.fault('field_missing', { item: name });
    return { ...fault, message: { zh: `“${zh}”必填`, en: `"${en}" is required` } };
  }
  if (fits[field.type](value, field)) return undefined;
  const { min, max } = field;
  const range = min === undefined && max === undefined ? '' : ` (${min ?? ''}–${max ?? ''})`;
  const fault = casesErrors.fault('field_wrong', { item: name });
  const { zh, en } = words[field.type];
  return {
    ...fault,
    message: {
      zh: `“${field.title.zh}”应为${zh}${range}`,
      en: `"${field.title.en}" should be ${en}${range}`,
    },
  };
}

/** Faults of a filled-in form: missing, unknown and wrong fields. */
export function formFaults(
  form: Record<string, FormField>,
  data: Record<string, unknown>,
): Fault[] {
  const wrong = Object.entries(form).map(([name, field]) => faultOf(name, field, data[name]));
  const unknown = Object.keys(data)
    .filter((name) => !(name in form))
    .map((name) => casesErrors.fault('field_unknown', { item: name }, { field: name }));
  return [...wrong.filter((fault) => fault !== undefined), ...unknown];
}

/** @throws cases.bad_form with all faults */
export function checkFields(
  form: Record<string, FormField>,
  data: Record<string, unknown>,
  more: Fault[] = [],
): void {
  const faults = [...formFaults(form, data), ...more];
  if (faults.length > 0) throw casesErrors.make('bad_form', { count: faults.length }, faults);
}
