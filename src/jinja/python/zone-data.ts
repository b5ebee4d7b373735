/** What the runtime's time zone database (Intl) knows, in the form that pytz needs. */

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(zone: string): Intl.DateTimeFormat {
  let made = formatters.get(zone)
  if (made === undefined) {
    made = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formatters.set(zone, made)
  }
  return made
}

/** Seconds east of UTC at an instant (milliseconds since 1970). */
export function offsetAt(zone: string, millis: number): number {
  const whole = Math.floor(millis / 1000) * 1000
  const parts: Record<string, string> = {}
  for (const { type, value } of formatter(zone).formatToParts(whole)) parts[type] = value
  const year = parts['era'] === 'BC' ? 1 - Number(parts['year']) : Number(parts['year'])
  const date = new Date(0)
  date.setUTCFullYear(year, Number(parts['month']) - 1, Number(parts['day']))
  date.setUTCHours(Number(parts['hour']), Number(parts['minute']), Number(parts['second']))
  return (date.getTime() - whole) / 1000
}

/** Zones whose usual abbreviation no English locale of Intl knows: standard and daylight saving time. */
const ABBREVIATIONS: Readonly<Record<string, readonly [string, string]>> = {
  'Asia/Tokyo': ['JST', 'JDT'],
  Japan: ['JST', 'JDT'],
  'Asia/Seoul': ['KST', 'KDT'],
  ROK: ['KST', 'KDT'],
  'Asia/Shanghai': ['CST', 'CDT'],
  PRC: ['CST', 'CDT'],
  'Asia/Taipei': ['CST', 'CDT'],
  'Asia/Macau': ['CST', 'CDT'],
  'Asia/Hong_Kong': ['HKT', 'HKST'],
  Hongkong: ['HKT', 'HKST'],
  'Asia/Kolkata': ['IST', 'IST'],
  'Asia/Calcutta': ['IST', 'IST'],
  'Asia/Karachi': ['PKT', 'PKST'],
  'Asia/Manila': ['PST', 'PDT'],
  'Asia/Jakarta': ['WIB', 'WIB'],
  'Asia/Makassar': ['WITA', 'WITA'],
  'Asia/Jayapura': ['WIT', 'WIT'],
  'Asia/Jerusalem': ['IST', 'IDT'],
  'Asia/Tel_Aviv': ['IST', 'IDT'],
  Israel: ['IST', 'IDT'],
  'Asia/Beirut': ['EET', 'EEST'],
  'Europe/Moscow': ['MSK', 'MSD'],
  'Europe/Simferopol': ['MSK', 'MSD'],
  'Africa/Johannesburg': ['SAST', 'SAST'],
  'Africa/Lagos': ['WAT', 'WAT'],
  'Africa/Nairobi': ['EAT', 'EAT'],
  'Africa/Maputo': ['CAT', 'CAT'],
  'Africa/Cairo': ['EET', 'EEST'],
  'Africa/Tripoli': ['EET', 'EET'],
  'Africa/Khartoum': ['CAT', 'CAT'],
  'Africa/Algiers': ['CET', 'CET'],
  'Africa/Tunis': ['CET', 'CEST'],
  'Africa/Abidjan': ['GMT', 'GMT'],
  'Africa/Accra': ['GMT', 'GMT'],
  'Europe/Dublin': ['GMT', 'IST'],
  'Europe/London': ['GMT', 'BST'],
  'Pacific/Auckland': ['NZST', 'NZDT'],
  NZ: ['NZST', 'NZDT'],
  'Pacific/Guam': ['ChST', 'ChST'],
  'Pacific/Pago_Pago': ['SST', 'SST'],
  'Pacific/Honolulu': ['HST', 'HDT'],
  'Asia/Pyongyang': ['KST', 'KST'],
  'Etc/UTC': ['UTC', 'UTC'],
  'Etc/GMT': ['GMT', 'GMT'],
  GMT: ['GMT', 'GMT'],
  'Australia/Sydney': ['AEST', 'AEDT'],
  'Australia/Melbourne': ['AEST', 'AEDT'],
  'Australia/Hobart': ['AEST', 'AEDT'],
  'Australia/Brisbane': ['AEST', 'AEDT'],
  'Australia/Adelaide': ['ACST', 'ACDT'],
  'Australia/Darwin': ['ACST', 'ACDT'],
  'Australia/Perth': ['AWST', 'AWDT'],
  'Atlantic/Reykjavik': ['GMT', 'GMT'],
  'Atlantic/Azores': ['-01', '+00'],
}

/** The abbreviation in use at an instant: `CEST`; `+03` where the zone has none of letters. */
export function abbreviationOf(zone: string, millis: number, offset: number): string {
  const year = new Date(millis).getUTCFullYear()
  const standard = Math.min(offsetAt(zone, Date.UTC(year, 0, 1)), offsetAt(zone, Date.UTC(year, 6, 1)))
  const known = ABBREVIATIONS[zone]
  if (known !== undefined && Object.hasOwn(ABBREVIATIONS, zone)) return offset > standard ? known[1] : known[0]
  for (const locale of ['en-US', 'en-GB', 'en-AU', 'en-CA', 'en-IN', 'en-ZA', 'en-NZ']) {
    const name = shortName(locale, zone, millis)
    if (name !== undefined && !/^(GMT|UTC)[+-]|\d|^GST$/.test(name)) return name
  }
  const minutes = Math.floor(Math.abs(offset) / 60)
  const text = `${offset < 0 ? '-' : '+'}${String(Math.floor(minutes / 60)).padStart(2, '0')}`
  return minutes % 60 === 0 ? text : text + String(minutes % 60).padStart(2, '0')
}

const shortNames = new Map<string, Intl.DateTimeFormat>()
function shortName(locale: string, zone: string, millis: number): string | undefined {
  const key = `${locale} ${zone}`
  let made = shortNames.get(key)
  if (made === undefined) {
    made = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' })
    shortNames.set(key, made)
  }
  return made.formatToParts(millis).find((part) => part.type === 'timeZoneName')?.value
}

/** Names that the database has under another one. */
const ALIASES =
  `UTC GMT Etc/UTC Etc/GMT Etc/GMT+1 Etc/GMT+2 Etc/GMT+3 Etc/GMT+4 Etc/GMT+5 Etc/GMT+6 Etc/GMT+7 Etc/GMT+8 Etc/GMT+9 Etc/GMT+10
  Etc/GMT+11 Etc/GMT+12 Etc/GMT-1 Etc/GMT-2 Etc/GMT-3 Etc/GMT-4 Etc/GMT-5 Etc/GMT-6 Etc/GMT-7 Etc/GMT-8 Etc/GMT-9 Etc/GMT-10 Etc/GMT-11
  Etc/GMT-12 Etc/GMT-13 Etc/GMT-14 Etc/UCT Etc/Universal Etc/Zulu UCT Universal Zulu Greenwich EST MST HST EST5EDT CST6CDT MST7MDT PST8PDT CET MET EET WET
  US/Alaska US/Aleutian US/Arizona US/Central US/East-Indiana US/Eastern US/Hawaii US/Indiana-Starke US/Michigan US/Mountain US/Pacific US/Samoa
  Canada/Atlantic Canada/Central Canada/Eastern Canada/Mountain Canada/Newfoundland Canada/Pacific Canada/Saskatchewan Canada/Yukon
  Asia/Kolkata Asia/Kathmandu Asia/Ho_Chi_Minh Asia/Yangon Asia/Tel_Aviv Asia/Chongqing Asia/Dacca Asia/Thimbu Europe/Kyiv Europe/Belfast Europe/Tiraspol
  America/Argentina/Buenos_Aires America/Indiana/Indianapolis America/Kentucky/Louisville America/Nuuk America/Atikokan America/Montreal America/Fort_Wayne
  Atlantic/Faroe Pacific/Chuuk Pacific/Pohnpei Pacific/Samoa Australia/ACT Australia/NSW Australia/North Australia/Queensland Australia/South Australia/Tasmania
  Australia/Victoria Australia/West Brazil/East Brazil/West Chile/Continental Mexico/General Mexico/BajaNorte Cuba Egypt Eire GB GB-Eire Hongkong Iceland Iran
  Israel Jamaica Japan Libya NZ Navajo PRC Poland Portugal ROC ROK Singapore Turkey W-SU`.split(/\s+/)

let names: readonly string[] | undefined
/** All zone names, sorted; only such as the runtime can calculate with. */
export function zoneNames(): readonly string[] {
  names ??= [...new Set([...Intl.supportedValuesOf('timeZone'), ...ALIASES.filter(isKnown)])].sort()
  return names
}

function isKnown(zone: string): boolean {
  try {
    formatter(zone)
    return true
  } catch {
    return false
  }
}
