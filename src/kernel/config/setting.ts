/** How one setting is declared. */
import { type ZodType, z } from 'zod';
import type { Bilingual } from '#kernel/errors';

export interface Setting<T> {
  /** Name in the environment. */
  env: string;
  default: T;
  help: Bilingual;
  /** Reads the value of the environment (a string) or of the command line (typed). */
  schema: ZodType<T>;
  /** Never printed: `settings` shows it as dots, the log redacts it. */
  secret: boolean;
}

const declare = <T>(
  env: string,
  value: T,
  help: Bilingual,
  schema: ZodType<T>,
  isSecret = false,
): Setting<T> => ({ env, default: value, help, schema, secret: isSecret });

/** Any text. */
export const text = (env: string, value: string, help: Bilingual): Setting<string> =>
  declare(env, value, help, z.string().trim());

/** Text that must not be shown. */
export const secret = (env: string, value: string, help: Bilingual): Setting<string> =>
  declare(env, value, help, z.string().trim(), true);

/** A whole number from `min` to `max`. */
export const whole = (
  env: string,
  value: number,
  [min, max]: readonly [min: number, max: number],
  help: Bilingual,
): Setting<number> =>
  declare(
    env,
    value,
    help,
    z
      .union([
        z.number(),
        z
          .string()
          .trim()
          .regex(/^-?\d+$/)
          .transform(Number),
      ])
      .pipe(z.number().int().min(min).max(max)),
  );

const words: Record<string, boolean> = {
  true: true,
  '1': true,
  yes: true,
  false: false,
  '0': false,
};

/** Yes or no: `true`, `1`, `yes` or `false`, `0`, `no`. */
export const flag = (env: string, value: boolean, help: Bilingual): Setting<boolean> =>
  declare(
    env,
    value,
    help,
    z.union([
      z.boolean(),
      z.enum(['true', '1', 'yes', 'false', '0', 'no']).transform((word) => words[word] ?? false),
    ]),
  );
