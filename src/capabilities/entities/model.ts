/** Nouns of entities: the address library and what a text is located to. */
import { z } from 'zod';

const item = z.string().min(1);
const score = z.number().min(0).max(1);

/** Section `address_library` of a dataset contract. */
export const addressLibrary = z
  .strictObject({
    code: item.describe('Item with the address code'),
    name: item.describe('Item with the full name'),
    town: item.describe('Item with the town code'),
    village: item.describe('Item with the village code'),
    grid: item.describe('Item with the grid code'),
    road: item.describe('Item with the road'),
    number: item.describe('Item with the door number'),
    compound: item.optional().describe('Item with the residential compound'),
    building: item.optional().describe('Item with the building'),
    lon: item.describe('Item with the longitude, degrees'),
    lat: item.describe('Item with the latitude, degrees'),
    scores: z
      .strictObject({
        number: score.describe('Road and number found'),
        near: score.describe('Beside or opposite a number that was found'),
        neighbour: score.describe('Road found, nearest number taken'),
        compound: score.describe('Compound (and building) found'),
        road: score.describe('Road only'),
        village: score.describe('Village only'),
        town: score.describe('Town only'),
        ambiguous_factor: score.describe('Factor when more than one town has such a place'),
        confident: score.describe('Below this a person decides'),
        source: z.string().describe('Where these figures come from'),
      })
      .describe('Scores of each kind of match'),
  })
  .describe('Makes the dataset the address library');
export type AddressLibrary = z.infer<typeof addressLibrary>;

export const placeLevel = z.enum(['number', 'compound', 'road', 'village', 'town']);
export type PlaceLevel = z.infer<typeof placeLevel>;

export const place = z.strictObject({
  code: z.string().nullable().describe('Address code, null above door level'),
  address: z.string().describe('Full name of the address or unit matched'),
  level: placeLevel.describe('How far the text could be followed'),
  town: z.string().nullable().describe('Town code'),
  village: z.string().nullable().describe('Village code'),
  grid: z.string().nullable().describe('Grid code'),
  lon: z.number().nullable().describe('Longitude, degrees, CGCS2000'),
  lat: z.number().nullable().describe('Latitude, degrees, CGCS2000'),
  score: z.number().describe('0 to 1'),
  confident: z.boolean().describe('False: a person has to decide'),
  reason: z
    .strictObject({ zh: z.string(), en: z.string() })
    .describe('What matched, in words, for the screen'),
});
export type Place = z.infer<typeof place>;
