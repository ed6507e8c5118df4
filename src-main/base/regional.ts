/** The language tag by which dates are written: English ones with the day before the month and 24 hours, which nobody misreads. */
export function regional(language: string): string {
  return language === 'en' ? 'en-GB' : language;
}
