/** The district's units as the sample needs them, read from the pack's own tables. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCsv } from '#kernel/packs';
import { hashOf } from './random.ts';

/** The pack whose units the sample fills: the one that brings the divisions. */
function folderWithDivisions(): string {
  const packs = fileURLToPath(new URL('../../packs/', import.meta.url));
  const found = readdirSync(packs).find((name) =>
    existsSync(join(packs, name, 'units', 'divisions.csv')),
  );
  if (found === undefined) throw new Error('no pack brings units/divisions.csv');
  return join(packs, found, '/');
}

/** Folder of the pack the sample belongs to, with a slash at its end. */
export const packFolder = folderWithDivisions();

export interface SampleUnit {
  code: string;
  name: string;
  nameEn: string;
  level: string;
  parent: string;
  zone: boolean;
  company: boolean;
}

/** 新塘街道 and its 霞江村, where the story plays. */
export const storyTown = '330109004';
export const storyVillage = '330109004223';

/** Rows of one of the pack's unit tables, in the order of the file. */
export function unitTable(file: 'divisions' | 'departments' | 'grids'): SampleUnit[] {
  const table = parseCsv(readFileSync(`${packFolder}units/${file}.csv`, 'utf8'));
  if (Array.isArray(table)) throw new Error(`units/${file}.csv: ${table[0]?.en}`);
  return table.rows.map((row) => ({
    code: row.code ?? '',
    name: row.name ?? '',
    nameEn: row.name_en ?? '',
    level: row.level ?? '',
    parent: row.parent ?? '',
    zone: row.zone === 'yes',
    company: row.company === 'yes',
  }));
}

const numerals = ['一', '二', '三', '四'];

/**
 * Grids of a village: two to four, three where the story plays. Their number has no source, hence
 * 示意. Codes are the village's and three digits, from 001.
 */
export function gridsOf(village: SampleUnit): SampleUnit[] {
  const count = village.code === storyVillage ? 3 : 2 + (hashOf(`grid/${village.code}`) % 3);
  return numerals.slice(0, count).map((numeral, at) => ({
    code: `${village.code}${String(at + 1).padStart(3, '0')}`,
    name: `${village.name}第${numeral}网格`,
    nameEn: `${village.nameEn} Grid ${at + 1}`,
    level: 'grid',
    parent: village.code,
    zone: false,
    company: false,
  }));
}
