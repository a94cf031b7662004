/**
 * What is sealed stays sealed in what is made from it: whoever reads the one by SQL is sealed
 * himself, for no role more. Indicators, rules and pages are seen by all who may see them, and so
 * read nothing that is sealed.
 */
import type { Fault } from '#kernel/errors';
import type { PackFile } from '#kernel/packs';
import { gateErrors } from '../errors.ts';

const rolesOf = (file: PackFile): readonly string[] | null =>
  file.kind === 'datasets' ? ((file.data as { sealed_for?: string[] }).sealed_for ?? null) : null;

/** Faults of a file that reads datasets sealed for others than itself. */
export function sealFaults(file: PackFile, read: readonly PackFile[]): Fault[] {
  const own = rolesOf(file);
  return read.flatMap((source) => {
    const roles = rolesOf(source);
    if (roles === null || own?.every((role) => roles.includes(role))) return [];
    const line = file.lineOf(['sealed_for']);
    const at = {
      file: `${file.pack}/${file.file}`,
      item: 'sealed_for',
      ...(line === undefined ? {} : { line }),
    };
    const params = { dataset: source.name, roles: roles.join(', ') };
    return [gateErrors.fault('sealed_below', at, params)];
  });
}
