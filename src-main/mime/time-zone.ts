/** Time zones as calendars name them (RFC 5545 §3.2.19): the IANA name, one behind a vendor's prefix, or what Windows calls it. */

/** After CLDR's windowsZones. */
const WINDOWS: Record<string, string> = {
  'afghanistan standard time': 'Asia/Kabul',
  'alaskan standard time': 'America/Anchorage',
  'aleutian standard time': 'America/Adak',
  'altai standard time': 'Asia/Barnaul',
  'arab standard time': 'Asia/Riyadh',
  'arabian standard time': 'Asia/Dubai',
  'arabic standard time': 'Asia/Baghdad',
  'argentina standard time': 'America/Buenos_Aires',
  'astrakhan standard time': 'Europe/Astrakhan',
  'atlantic standard time': 'America/Halifax',
  'aus central standard time': 'Australia/Darwin',
  'aus central w. standard time': 'Australia/Eucla',
  'aus eastern standard time': 'Australia/Sydney',
  'azerbaijan standard time': 'Asia/Baku',
  'azores standard time': 'Atlantic/Azores',
  'bahia standard time': 'America/Bahia',
  'bangladesh standard time': 'Asia/Dhaka',
  'belarus standard time': 'Europe/Minsk',
  'bougainville standard time': 'Pacific/Bougainville',
  'canada central standard time': 'America/Regina',
  'cape verde standard time': 'Atlantic/Cape_Verde',
  'caucasus standard time': 'Asia/Yerevan',
  'cen. australia standard time': 'Australia/Adelaide',
  'central america standard time': 'America/Guatemala',
  'central asia standard time': 'Asia/Almaty',
  'central brazilian standard time': 'America/Cuiaba',
  'central europe standard time': 'Europe/Budapest',
  'central european standard time': 'Europe/Warsaw',
  'central pacific standard time': 'Pacific/Guadalcanal',
  'central standard time': 'America/Chicago',
  'central standard time (mexico)': 'America/Mexico_City',
  'chatham islands standard time': 'Pacific/Chatham',
  'china standard time': 'Asia/Shanghai',
  'cuba standard time': 'America/Havana',
  'dateline standard time': 'Etc/GMT+12',
  'e. africa standard time': 'Africa/Nairobi',
  'e. australia standard time': 'Australia/Brisbane',
  'e. europe standard time': 'Europe/Chisinau',
  'e. south america standard time': 'America/Sao_Paulo',
  'easter island standard time': 'Pacific/Easter',
  'eastern standard time': 'America/New_York',
  'eastern standard time (mexico)': 'America/Cancun',
  'egypt standard time': 'Africa/Cairo',
  'ekaterinburg standard time': 'Asia/Yekaterinburg',
  'fiji standard time': 'Pacific/Fiji',
  'fle standard time': 'Europe/Kiev',
  'georgian standard time': 'Asia/Tbilisi',
  'gmt standard time': 'Europe/London',
  'greenland standard time': 'America/Godthab',
  'greenwich standard time': 'Atlantic/Reykjavik',
  'gtb standard time': 'Europe/Bucharest',
  'haiti standard time': 'America/Port-au-Prince',
  'hawaiian standard time': 'Pacific/Honolulu',
  'india standard time': 'Asia/Calcutta',
  'iran standard time': 'Asia/Tehran',
  'israel standard time': 'Asia/Jerusalem',
  'jordan standard time': 'Asia/Amman',
  'kaliningrad standard time': 'Europe/Kaliningrad',
  'korea standard time': 'Asia/Seoul',
  'libya standard time': 'Africa/Tripoli',
  'line islands standard time': 'Pacific/Kiritimati',
  'lord howe standard time': 'Australia/Lord_Howe',
  'magadan standard time': 'Asia/Magadan',
  'magallanes standard time': 'America/Punta_Arenas',
  'marquesas standard time': 'Pacific/Marquesas',
  'mauritius standard time': 'Indian/Mauritius',
  'middle east standard time': 'Asia/Beirut',
  'montevideo standard time': 'America/Montevideo',
  'morocco standard time': 'Africa/Casablanca',
  'mountain standard time': 'America/Denver',
  'mountain standard time (mexico)': 'America/Mazatlan',
  'myanmar standard time': 'Asia/Rangoon',
  'n. central asia standard time': 'Asia/Novosibirsk',
  'namibia standard time': 'Africa/Windhoek',
  'nepal standard time': 'Asia/Katmandu',
  'new zealand standard time': 'Pacific/Auckland',
  'newfoundland standard time': 'America/St_Johns',
  'norfolk standard time': 'Pacific/Norfolk',
  'north asia east standard time': 'Asia/Irkutsk',
  'north asia standard time': 'Asia/Krasnoyarsk',
  'north korea standard time': 'Asia/Pyongyang',
  'omsk standard time': 'Asia/Omsk',
  'pacific sa standard time': 'America/Santiago',
  'pacific standard time': 'America/Los_Angeles',
  'pacific standard time (mexico)': 'America/Tijuana',
  'pakistan standard time': 'Asia/Karachi',
  'paraguay standard time': 'America/Asuncion',
  'qyzylorda standard time': 'Asia/Qyzylorda',
  'romance standard time': 'Europe/Paris',
  'russia time zone 10': 'Asia/Srednekolymsk',
  'russia time zone 11': 'Asia/Kamchatka',
  'russia time zone 3': 'Europe/Samara',
  'russian standard time': 'Europe/Moscow',
  'sa eastern standard time': 'America/Cayenne',
  'sa pacific standard time': 'America/Bogota',
  'sa western standard time': 'America/La_Paz',
  'saint pierre standard time': 'America/Miquelon',
  'sakhalin standard time': 'Asia/Sakhalin',
  'samoa standard time': 'Pacific/Apia',
  'sao tome standard time': 'Africa/Sao_Tome',
  'saratov standard time': 'Europe/Saratov',
  'se asia standard time': 'Asia/Bangkok',
  'singapore standard time': 'Asia/Singapore',
  'south africa standard time': 'Africa/Johannesburg',
  'south sudan standard time': 'Africa/Juba',
  'sri lanka standard time': 'Asia/Colombo',
  'sudan standard time': 'Africa/Khartoum',
  'syria standard time': 'Asia/Damascus',
  'taipei standard time': 'Asia/Taipei',
  'tasmania standard time': 'Australia/Hobart',
  'tocantins standard time': 'America/Araguaina',
  'tokyo standard time': 'Asia/Tokyo',
  'tomsk standard time': 'Asia/Tomsk',
  'tonga standard time': 'Pacific/Tongatapu',
  'transbaikal standard time': 'Asia/Chita',
  'turkey standard time': 'Europe/Istanbul',
  'turks and caicos standard time': 'America/Grand_Turk',
  'ulaanbaatar standard time': 'Asia/Ulaanbaatar',
  'us eastern standard time': 'America/Indianapolis',
  'us mountain standard time': 'America/Phoenix',
  'venezuela standard time': 'America/Caracas',
  'vladivostok standard time': 'Asia/Vladivostok',
  'volgograd standard time': 'Europe/Volgograd',
  'w. australia standard time': 'Australia/Perth',
  'w. central africa standard time': 'Africa/Lagos',
  'w. europe standard time': 'Europe/Berlin',
  'w. mongolia standard time': 'Asia/Hovd',
  'west asia standard time': 'Asia/Tashkent',
  'west bank standard time': 'Asia/Hebron',
  'west pacific standard time': 'Pacific/Port_Moresby',
  'yakutsk standard time': 'Asia/Yakutsk',
  'yukon standard time': 'America/Whitehorse',
  utc: 'UTC',
  gmt: 'UTC',
};

/** Names without a place that mean one zone only. `EST` is not among them: half of those who write it mean New York in summer too. */
const PLAIN = /^(?:CET|MET|EET|WET|EST5EDT|CST6CDT|MST7MDT|PST8PDT)$/;

/** Names are the sender's, and every object knows a `constructor`: that is no zone. */
function saidOf(table: Record<string, string>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** The IANA name that this runtime knows; undefined when nobody can say which zone it is. */
export function ianaZoneOf(name: string): string | undefined {
  const plain = name
    .slice(0, 200)
    .replace(/^["'\s]+|["'\s]+$/g, '')
    // Exchange: `tzone://Microsoft/Utc`
    .replace(/^tzone:\/\/microsoft\//i, '');
  const known = saidOf(WINDOWS, plain.toLowerCase());
  if (known !== undefined) return known;
  if (PLAIN.test(plain)) return plain;
  // `/freeassociation.sourceforge.net/Europe/Berlin`, `/mozilla.org/20050126_1/America/New_York`
  const parts = plain.split('/').filter((part) => part !== '');
  for (const candidate of [plain, parts.slice(-3).join('/'), parts.slice(-2).join('/')]) {
    if (/^[A-Za-z][\w+-]*(?:\/[\w+-]+){1,2}$/.test(candidate) && formatOf(candidate)) return candidate;
  }
  return undefined;
}

/** Of those in Windows' descriptions that have no city which gives its name to a zone. */
const DESCRIBED: Record<string, string> = {
  alaska: 'America/Anchorage',
  arizona: 'America/Phoenix',
  'atlantic time (canada)': 'America/Halifax',
  brasilia: 'America/Sao_Paulo',
  'central america': 'America/Guatemala',
  'central time (us & canada)': 'America/Chicago',
  chennai: 'Asia/Calcutta',
  'coordinated universal time': 'UTC',
  'eastern time (us & canada)': 'America/New_York',
  hawaii: 'Pacific/Honolulu',
  'indiana (east)': 'America/Indianapolis',
  islamabad: 'Asia/Karachi',
  kyiv: 'Europe/Kiev',
  'mountain time (us & canada)': 'America/Denver',
  newfoundland: 'America/St_Johns',
  'pacific time (us & canada)': 'America/Los_Angeles',
  saskatchewan: 'America/Regina',
};
let cities: Map<string, string> | undefined;

/**
 * The zone that Windows describes as "(UTC+01:00) Amsterdam, Berlin, Bern": that of its first city which is known and is indeed so far from
 * UTC in winter; undefined when none is.
 */
export function zoneOfDisplayName(name: string): string | undefined {
  const found = /^\((?:UTC|GMT)(?:([+-])(\d\d):(\d\d))?\)\s*(\S.{0,150})$/i.exec(name);
  if (!found) return undefined;
  const [, sign, hours, minutes, places = ''] = found;
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -60_000 : 60_000);
  cities ??= new Map(
    Intl.supportedValuesOf('timeZone').map((zone) => [
      (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ').toLowerCase(),
      zone,
    ]),
  );
  for (const place of places.toLowerCase().split(/\s*,\s*/)) {
    const zone = saidOf(DESCRIBED, place) ?? cities.get(place);
    if (zone !== undefined && winterOffset(zone) === offset) return zone;
  }
  return undefined;
}

/** The smaller of the two of this year: the other one is that of its summer. */
function winterOffset(zone: string): number | undefined {
  const year = new Date().getUTCFullYear();
  return Math.min(...[0, 6].map((month) => offsetAt(zone, Date.UTC(year, month, 15))));
}

/**
 * The moment (milliseconds since 1970) at which clocks of a zone show a time that is written as if it were UTC. RFC 5545 §3.3.5: an hour that
 * is left out is counted as before the change, one that comes twice is the first of the two.
 */
export function instantIn(timeZone: string, wall: number): number {
  const day = 86_400_000;
  const [before, after] = [wall - day, wall + day].map((at) => offsetAt(timeZone, at));
  for (const offset of [before, after]) {
    if (offset !== undefined && offsetAt(timeZone, wall - offset) === offset) return wall - offset;
  }
  return wall - (before ?? 0);
}

/** How many milliseconds the clocks of a zone are before UTC at a moment. */
function offsetAt(timeZone: string, at: number): number {
  const parts = formatOf(timeZone)?.formatToParts(at) ?? [];
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = 0, minutes = 0, seconds = 0] =
    /^GMT([+\u2212-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name) ?? [];
  const size = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return sign === '+' ? size : -size;
}

const MOST_FORMATS = 100;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Undefined for a zone that does not exist. Making one takes a hundred times what using it does. */
function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const known = formats.get(timeZone);
  if (known) return known;
  try {
    const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
    if (formats.size >= MOST_FORMATS) formats.clear();
    formats.set(timeZone, format);
    return format;
  } catch {
    return undefined;
  }
}
