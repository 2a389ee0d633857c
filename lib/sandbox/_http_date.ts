const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Writes `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7). */
export function imfFixdate(ms: number): string {
  return new Date(ms).toUTCString();
}

/** Writes `Sunday, 06-Nov-94 08:49:37 GMT`. */
export function rfc850Date(ms: number): string {
  const { day, month, year, time, weekday } = parts(ms);
  return `${weekday}, ${pad(day)}-${month}-${pad(year % 100)} ${time} GMT`;
}

/** Writes `Sun Nov  6 08:49:37 1994`, its day padded with a space. */
export function asctimeDate(ms: number): string {
  const { day, month, year, time, weekday } = parts(ms);
  return `${weekday.slice(0, 3)} ${month} ${String(day).padStart(2)} ${time} ${year}`;
}

/** Writes `06/Nov/1994:08:49:37 +0000`, the time of the access log. */
export function accessLogTime(ms: number): string {
  const { day, month, year, time } = parts(ms);
  return `${pad(day)}/${month}/${year}:${time} +0000`;
}

function parts(ms: number) {
  const date = new Date(ms);
  return {
    weekday: DAYS[date.getUTCDay()] ?? "",
    day: date.getUTCDate(),
    month: MONTHS[date.getUTCMonth()] ?? "",
    year: date.getUTCFullYear(),
    time: date.toISOString().slice(11, 19),
  };
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
