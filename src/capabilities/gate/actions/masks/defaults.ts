/** Which mask an item gets when a line of the policy says only how, by what the item means. */
import type { MaskName } from './index.ts';

interface Defaults {
  masked: MaskName;
  generalised: MaskName;
}

const both = (masked: MaskName, generalised: MaskName = masked): Defaults => ({
  masked,
  generalised,
});

/** Every semantic type of the catalogue; a test holds the list to its registry. */
export const defaultsBySemantic: Record<string, Defaults> = {
  citizen_id: both('id_6_4', 'id_3_1'),
  citizen_id_old: both('id_6_4', 'id_3_1'),
  passport: both('document_2_2', 'hidden'),
  travel_permit: both('document_2_2', 'hidden'),
  person_name: both('name_surname', 'name_hidden'),
  birth_date: both('birth_month', 'birth_band'),
  bank_card: both('tail_4', 'hidden'),
  plate: both('plate_2_2', 'plate_region'),
  mobile: both('mobile_3_4', 'mobile_hidden'),
  phone: both('phone_area', 'hidden'),
  landline: both('phone_area', 'hidden'),
  email: both('email_domain', 'hidden'),
  ip: both('ip_net'),
  mac: both('mac_maker'),
  url: both('url_host'),
  address: both('address_village', 'address_town'),
  longitude: both('geo_round', 'geo_cell'),
  latitude: both('geo_round', 'geo_cell'),
  coordinates: both('geo_pair', 'geo_pair_cell'),
  grid_code: both('division_village', 'division_town'),
  division_code: both('division_village', 'division_town'),
  division_name: both('body_ends', 'hidden'),
  postal_code: both('hidden'),
  real_estate_code: both('estate_parcel', 'hidden'),
  component_code: both('code_ends', 'hidden'),
  uscc: both('credit_2_4', 'credit_kind'),
  organisation_code: both('code_ends', 'hidden'),
  organisation_name: both('body_ends', 'hidden'),
  unit_code: both('code_ends', 'hidden'),
  instant: both('day', 'month'),
  year_month: both('month', 'year'),
  amount: both('amount_band'),
  quantity: both('small_5', 'small_10'),
  code: both('hidden'),
  identifier: both('code_ends', 'hidden'),
  free_text: both('hidden'),
};

/**
 * Without a semantic type: dates are told less exactly, everything else is hidden. The day of a
 * date is the whole of it, and would mask nothing.
 */
export const defaultsByType = (type: string): Defaults => {
  if (type === 'date') return both('month', 'year');
  if (type === 'timestamp') return both('day', 'month');
  return both('hidden');
};
