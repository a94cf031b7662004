/** The noun of an upload: a file on its way, piece by piece. */
import { z } from 'zod';
import { dialectInput } from './dialect.ts';

export const upload = z
  .strictObject({
    id: z.string().describe('Id of the upload'),
    name: z.string().describe('Name of the file'),
    bytes: z.number().int().describe('Size of the whole file'),
    received: z.number().int().describe('Bytes that are here for good; the next piece begins here'),
    run: z.string().nullable().describe('Run it was handed to'),
    expiresAt: z.iso.datetime().describe('When it is thrown away unless it goes on, UTC'),
  })
  .describe('A file on its way to the platform');
export type Upload = z.output<typeof upload>;

export const newUpload = z
  .strictObject({
    name: z.string().min(1).max(500).describe('Name of the file'),
    bytes: z.number().int().min(1).describe('Size of the whole file'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional()
      .describe('SHA-256 of the whole, hexadecimal, when the sender knows it'),
  })
  .describe('A file that will come in pieces');
export type NewUpload = z.output<typeof newUpload>;

export const newRun = z
  .strictObject({
    dataset: z.string().min(1).max(63).describe('Dataset to deliver to'),
    uploads: z.array(z.string().max(64)).min(1).max(10_000).describe('Complete uploads'),
    note: z.string().max(500).optional().describe('Note of the sender'),
    dialect: dialectInput
      .optional()
      .describe('How they are to be read; what is usual for the dataset when absent'),
    dialects: z
      .record(z.string().max(64), dialectInput)
      .optional()
      .describe('How single ones of them are to be read, by upload; counts before `dialect`'),
    keepDialect: z
      .boolean()
      .optional()
      .describe('Read the next files of the dataset the same; with nothing said, find it anew'),
  })
  .refine((input) => Object.keys(input.dialects ?? {}).every((id) => input.uploads.includes(id)), {
    path: ['dialects'],
    message: '只能说这一批里的文件 / only files of this delivery can be named',
  })
  .refine(({ dialects, keepDialect }) => dialects === undefined || keepDialect !== true, {
    path: ['keepDialect'],
    message: '各文件读法不同，不能记作惯用读法 / what differs by file cannot be kept as usual',
  })
  .describe('Files that have come, to be delivered');
export type NewRunInput = z.output<typeof newRun>;
