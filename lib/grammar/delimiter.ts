/** What a character between fields may be, in words. */
export const DELIMITER_FORM =
  'one ASCII character that is no line end, such as ";", "\\t" or "\\x01", or one and a space';

/** Says whether a text can stand between fields: rows are cut at one byte, be it a control character as Hive writes. */
export function isDelimiter(text: string): boolean {
  // deno-lint-ignore no-control-regex -- they are meant
  return /^([\x01-\x09\x0b\x0c\x0e-\x7e]|[\x21-\x7e] )$/.test(text);
}
