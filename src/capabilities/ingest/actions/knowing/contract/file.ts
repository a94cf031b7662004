/** A proposed contract for a file on this machine: nothing but the file and an engine is needed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '#kernel/lake';
import {
  type DialectOptions,
  type FoundFile,
  foundFile,
  type ReadingLimits,
  readTable,
} from '../../reading/index.ts';
import type { KnowOptions } from '../model.ts';
import { type Proposed, proposeContract } from './index.ts';

export interface ProposeFileInput {
  path: string;
  /** Name the sender gave the file. */
  file: string;
  /** Unit the data belongs to. */
  owner: string;
  limits: ReadingLimits;
  /** What a person says of the file; the rest is found. */
  dialect?: DialectOptions | undefined;
}

export interface ProposedFile extends Proposed {
  dialect: FoundFile;
  /** All sheets of a workbook. */
  sheets: string[];
  /** Records of the file, and those of them that can be read. */
  rows: number;
  good: number;
}

/**
 * Reads a file and proposes its contract.
 * @throws ingest.* as `readTable` does
 */
export async function proposeFile(
  input: ProposeFileInput,
  { engine, options }: { engine: Engine; options: KnowOptions },
): Promise<ProposedFile> {
  const folder = await mkdtemp(join(tmpdir(), 'guantong-propose-'));
  let files = 0;
  try {
    const reading = await readTable(input.path, {
      file: input.file,
      limits: input.limits,
      knows: () => 0,
      engine,
      dialect: input.dialect ?? {},
      scratch: (name) => {
        files += 1;
        return join(folder, `${files}-${name}`);
      },
    });
    const deps = { engine, folder, recordBytes: input.limits.recordBytes };
    const proposed = await proposeContract(deps, reading, input, options);
    const { rows, good } = reading;
    const sheets = reading.excel?.sheets ?? [];
    return { ...proposed, dialect: foundFile(reading), sheets, rows, good };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
